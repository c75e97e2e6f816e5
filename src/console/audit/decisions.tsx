/** What policy decided, over all tasks: the filters stand in the address, and each row leads to its decision. */
import { Button, FormControl, Select, TextInput } from '@primer/react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import type { FormEvent } from 'react';
import type { FromApi } from '../api/client.ts';
import { OUTCOMES } from '../show/outcome.ts';
import { Said } from '../show/said.tsx';
import { Table } from '../show/table.tsx';
import { When } from '../show/when.tsx';
import { Answered } from '../states/answered.tsx';
import css from './audit.module.css';
import { type DecisionSearch, OUTCOME_FILTER, readDecisionSearch } from './decision-search.ts';
import { foundDecisionsQuery } from './queries.ts';

const route = getRouteApi('/audit');
const FIELDS = [
  { name: 'in', label: 'Only in', example: 'owner/name' },
  { name: 'action', label: 'Action', example: 'pr.merge' },
  { name: 'agent', label: 'Agent (role)', example: 'author' },
  { name: 'policy', label: 'Policy', example: '' },
] as const;
const DAYS = [
  { name: 'since', label: 'From' },
  { name: 'until', label: 'To' },
] as const;

export function Decisions() {
  const given = route.useSearch();
  const search = readDecisionSearch(given);
  const navigate = useNavigate();
  const find = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const asked = readDecisionSearch(Object.fromEntries(new FormData(event.currentTarget)));
    const { repository, pull } = given;
    const kept = { ...(repository && { repository }), ...(pull && { pull }) };
    void navigate({ to: '/audit', search: { ...kept, ...asked } });
  };
  return (
    <section aria-labelledby="decided">
      <h2 id="decided">What policy decided</h2>
      {/* What the address says is in the fields, also after a step back. */}
      <form key={JSON.stringify(search)} className={css.form} onSubmit={find}>
        <FormControl>
          <FormControl.Label>Outcome</FormControl.Label>
          <Select name="outcome" defaultValue={search.outcome ?? ''}>
            <Select.Option value="">Any</Select.Option>
            {OUTCOME_FILTER.map(outcome => (
              <Select.Option key={outcome} value={outcome}>
                {OUTCOMES[outcome]}
              </Select.Option>
            ))}
          </Select>
        </FormControl>
        {FIELDS.map(({ name, label, example }) => (
          <FormControl key={name}>
            <FormControl.Label>{label}</FormControl.Label>
            <TextInput name={name} defaultValue={search[name] ?? ''} placeholder={example} />
          </FormControl>
        ))}
        {DAYS.map(({ name, label }) => (
          <FormControl key={name}>
            <FormControl.Label>{label}</FormControl.Label>
            <TextInput type="date" name={name} defaultValue={search[name] ?? ''} />
          </FormControl>
        ))}
        <Button type="submit">Show decisions</Button>
      </form>
      <Found search={search} />
    </section>
  );
}

const COLUMNS = [
  { title: 'Decision' },
  { title: 'Outcome' },
  { title: 'Why', long: true },
  { title: 'Agent' },
  { title: 'Task' },
  { title: 'At' },
] as const;

function Found({ search }: { search: DecisionSearch }) {
  const query = useInfiniteQuery(foundDecisionsQuery(search));
  return (
    <Answered query={query} what="the decisions" within>
      {({ pages }) => {
        const all = pages.flatMap(({ decisions }) => decisions);
        const incomplete = pages.at(-1)?.incomplete ?? null;
        return (
          <>
            {incomplete !== null && (
              <p role="status">
                <Said text={incomplete} />
              </p>
            )}
            {all.length === 0 ? (
              <p>
                {query.hasNextPage
                  ? 'No such decision is among the latest ones in the tasks that you may see. There may be older ones.'
                  : 'No such decision stands in the tasks that you may see.'}
              </p>
            ) : (
              <Table label="Decisions" columns={COLUMNS} rows={all.map(rowOf)} />
            )}
            {query.hasNextPage && (
              <Button onClick={() => void query.fetchNextPage()} loading={query.isFetchingNextPage}>
                {all.length === 0 ? 'Look further' : 'Show more'}
              </Button>
            )}
          </>
        );
      }}
    </Answered>
  );
}

function rowOf(decision: FromApi<'FoundDecision'>) {
  const { task, seq, action, resource, outcome, reason, policies, agent, at } = decision;
  const number = decision.pull ?? decision.issue;
  return {
    key: `${task} ${seq}`,
    cells: [
      <Link key="decision" to="/tasks/$task/decisions" params={{ task }} search={{ seq }} data-row>
        {action} on {resource}
      </Link>,
      OUTCOMES[outcome],
      <span key="why" title={policies.join(', ')}>
        <Said text={reason} />
      </span>,
      agent ?? '–',
      `${decision.repository}${number === null ? '' : `#${number}`}: ${decision.title}`,
      <When key="at" at={at} />,
    ],
  };
}
