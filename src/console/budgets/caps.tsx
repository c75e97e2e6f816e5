/** How the caps stand, who may raise them, and what waits for that. */
import { ProgressBar } from '@primer/react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { FromApi } from '../api/client.ts';
import page from '../show/page.module.css';
import { Said } from '../show/said.tsx';
import { Table } from '../show/table.tsx';
import { When } from '../show/when.tsx';
import { Answered } from '../states/answered.tsx';
import { budgetsQuery } from './queries.ts';

export function Caps() {
  const budgets = useQuery(budgetsQuery);
  return (
    <Answered query={budgets} what="the budgets">
      {({ today, repositories, caps, raise, waiting }) => (
        <>
          {waiting.length > 0 && (
            <>
              <h2>Waiting for a higher cap</h2>
              <Table
                label="Raises that wait for people"
                columns={[
                  { title: 'Task' },
                  { title: 'Repository' },
                  { title: 'Asked' },
                  { title: 'What' },
                ]}
                rows={waiting.map(each => ({
                  key: `${each.task} ${each.approval}`,
                  cells: [
                    <Link
                      key="task"
                      to="/tasks/$task/approvals/$approval"
                      params={{ task: each.task, approval: each.approval }}
                      data-row
                    >
                      {each.title}
                    </Link>,
                    each.repository,
                    <When key="when" at={each.requestedAt} />,
                    each.resource,
                  ],
                }))}
              />
            </>
          )}
          <h2>Caps</h2>
          <p>
            <Said text={raise.words} />
          </p>
          <Table
            label="Caps of the deployment"
            columns={[{ title: 'Scope' }, { title: 'Caps' }]}
            rows={caps.map(({ scope, of, caps: capped }) => ({
              key: scope,
              cells: [of, capped.join(', ') || 'none'],
            }))}
          />
          <p className={page.quiet}>
            Whoever operates Gatehouse sets them in <code>GATEHOUSE_BUDGETS</code>; a repository
            lowers its own in <code>.github/gatehouse.yml</code>, under <code>budgets</code>.
          </p>
          {today && <Standing scope={today} name="All repositories today (UTC)" />}
          {repositories.length === 0 && (
            <p>No repository that you may see has spent anything this month.</p>
          )}
          {repositories.map(scope => (
            <Standing
              key={scope.repository?.id}
              scope={scope}
              name={`${scope.repository?.name} in ${scope.period}`}
            />
          ))}
        </>
      )}
    </Answered>
  );
}

function Standing({ scope, name }: { scope: FromApi<'ScopeStanding'>; name: string }) {
  return (
    <section aria-label={name}>
      <h2>{name}</h2>
      {scope.units.map(({ unit, cap, spent, reserved, words }) => (
        <div key={unit}>
          <p className={page.quiet}>{words}</p>
          {cap !== null && (
            <ProgressBar
              aria-label={words}
              progress={Math.min(100, ((spent + reserved) / cap) * 100)}
            />
          )}
        </div>
      ))}
    </section>
  );
}
