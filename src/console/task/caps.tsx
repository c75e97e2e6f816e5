/** How the caps stand that the task works under: of its last run, of all of it, and of all work on its issue. */
import { ProgressBar } from '@primer/react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { FromApi } from '../api/client.ts';
import { Answered } from '../states/answered.tsx';
import { budgetsQuery } from './queries.ts';
import css from './task.module.css';
import { whileWorking } from './while-working.ts';

export function Caps({ task: { id, runs } }: { task: FromApi<'Task'> }) {
  const query = useQuery({ ...budgetsQuery(id), refetchInterval: whileWorking(runs) });
  return (
    <section>
      <h2>Budgets</h2>
      <Answered query={query} what="the budgets" within>
        {({ scopes }) =>
          scopes.length === 0 ? (
            <p className={css.quiet}>Nothing has run yet.</p>
          ) : (
            <>
              <dl className={css.caps}>
                {scopes.map(({ kind, of, run, units }) => (
                  <div key={kind}>
                    <dt>{run === null ? upper(of) : `Of the run ${run}`}</dt>
                    {units.map(unit => (
                      <Unit key={unit.unit} unit={unit} />
                    ))}
                  </div>
                ))}
              </dl>
              <Link to="/budgets">All budgets, and who may raise a cap</Link>
            </>
          )
        }
      </Answered>
    </section>
  );
}

type UnitFromApi = FromApi<'TaskBudgets'>['scopes'][number]['units'][number];

function Unit({ unit: { cap, spent, reserved, words } }: { unit: UnitFromApi }) {
  return (
    <dd>
      {words}
      {cap !== null && cap > 0 && (
        <ProgressBar
          aria-label={words}
          progress={Math.min(100, ((spent + reserved) / cap) * 100)}
        />
      )}
    </dd>
  );
}

const upper = (text: string): string => `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
