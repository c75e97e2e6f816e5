/** The roles with their chains as they stand, and the record of each agent. */
import { Checkbox, FormControl } from '@primer/react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { answerOf, api, type FromApi } from '../api/client.ts';
import { count } from '../show/count.ts';
import page from '../show/page.module.css';
import { PageTitle } from '../show/page-title.tsx';
import { Table } from '../show/table.tsx';
import { duration, When } from '../show/when.tsx';
import { Answered } from '../states/answered.tsx';
import { Empty } from '../states/state.tsx';

export function Agents() {
  const [apart, setApart] = useState(false);
  const query = { by: apart ? ('repository' as const) : ('agent' as const) };
  const agents = useQuery({
    queryKey: ['agents', query],
    queryFn: () => answerOf(api.GET('/api/v1/agents', { params: { query } })),
    placeholderData: before => before,
  });
  return (
    <>
      <PageTitle title="Agents" />
      <Answered query={agents} what="the agents">
        {({ roles, records, more }) => (
          <>
            <h2>Records of the last 30 days</h2>
            <div className={page.chosen}>
              <FormControl>
                <Checkbox checked={apart} onChange={() => setApart(!apart)} />
                <FormControl.Label>Apart for each repository</FormControl.Label>
              </FormControl>
            </div>
            <Records records={records} />
            {more && <p className={page.quiet}>There are more, with fewer runs.</p>}
            <h2>Chains as they stand</h2>
            {roles.map(role => (
              <Chain key={role.name} role={role} />
            ))}
          </>
        )}
      </Answered>
    </>
  );
}

const COLUMNS = [
  { title: 'Role and agent' },
  { title: 'Repository' },
  { title: 'Work that stood', number: true },
  { title: 'Paid for each', number: true },
  { title: 'Half took', number: true },
  { title: 'People asked per run', number: true },
  { title: 'What did not' },
  { title: 'Denied', number: true },
  { title: 'Trust', long: true },
  { title: 'Last' },
] as const;

function Records({ records }: { records: FromApi<'AgentRecord'>[] }) {
  if (records.length === 0)
    return (
      <Empty title="No agent has a record yet">
        A run of an agent that ended in a repository that you may see adds to it.
      </Empty>
    );
  return (
    <Table
      label="Records of agents"
      columns={COLUMNS}
      rows={records.map(record => {
        const { role, adapter, model, repository, runs, succeeded, successRate } = record;
        const { pricePerSuccess, medianMs, askedPerRun, failures, denied, trust, lastAt } = record;
        return {
          key: [role, adapter, model, repository?.id].join(' '),
          cells: [
            `${role}: ${adapter}${model ? `, ${model}` : ''}`,
            repository?.name ?? 'all',
            `${count(succeeded)} of ${count(runs)} (${Math.round(successRate * 100)} %)`,
            pricePerSuccess?.words ?? '–',
            medianMs === null ? '–' : duration(medianMs),
            askedPerRun === null ? 'not known' : askedPerRun.toFixed(1),
            failures.map(each => `${each.class.replaceAll('_', ' ')} ${each.runs}`).join(', ') ||
              '–',
            count(denied),
            trust === null ? '–' : inWords(trust),
            <When key="last" at={lastAt} />,
          ],
        };
      })}
    />
  );
}

/** The level that its role grants, or the one that is proposed in its place. */
const inWords = ({ from, to, because }: NonNullable<FromApi<'AgentRecord'>['trust']>): string =>
  `${from === to ? from : `${from}, proposed ${to}`}. ${because}`;

const STATES = {
  next: 'Works next',
  ready: 'Ready',
  resting: 'Let alone for a while',
  unable: 'Can not work',
} as const;

function Chain({ role }: { role: FromApi<'AgentRole'> }) {
  const { name, description, trust, tools, runsOn, order, chain } = role;
  return (
    <section aria-label={name}>
      <h3>{name}</h3>
      <p className={page.quiet}>
        {description} Trust {trust}; tools {tools.join(', ')}
        {runsOn.length > 0 && `; on workers with ${runsOn.join(', ')}`}; ordered by{' '}
        {order === 'fixed' ? 'its profile' : order}.
      </p>
      <Table
        label={`The chain of ${name}`}
        columns={[
          { title: 'Agent' },
          { title: 'State' },
          { title: 'Version' },
          { title: 'Why', long: true },
        ]}
        rows={chain.map(({ adapter, model, state, version, reason }) => ({
          key: `${adapter} ${model}`,
          cells: [
            `${adapter}${model ? `, ${model}` : ''}`,
            STATES[state],
            version ?? '–',
            reason || 'its place in the chain',
          ],
        }))}
      />
    </section>
  );
}
