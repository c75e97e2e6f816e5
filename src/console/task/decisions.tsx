/** What policy decided about a task, newest first, and why. */
import { Button } from '@primer/react';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import type { FromApi } from '../api/client.ts';
import { OUTCOMES } from '../show/outcome.ts';
import { Said } from '../show/said.tsx';
import { Answered } from '../states/answered.tsx';
import { Empty } from '../states/state.tsx';
import { DecisionTree } from './decision-tree.tsx';
import { Observed } from './observed.tsx';
import { decisionsQuery, explainQuery } from './queries.ts';
import css from './task.module.css';

const route = getRouteApi('/tasks/$task/decisions');

export function Decisions() {
  const { task } = route.useParams();
  const { seq } = route.useSearch();
  const query = useQuery(decisionsQuery(task));
  const navigate = useNavigate();
  const show = (next: number | undefined) =>
    void navigate({
      to: '/tasks/$task/decisions',
      params: { task },
      search: next === undefined ? {} : { seq: next },
      replace: true,
    });
  return (
    <>
      <h2>Decisions</h2>
      <Answered query={query} what="the decisions">
        {({ decisions }) =>
          decisions.length === 0 ? (
            <Empty title="Policy has decided nothing yet">It is asked before each step.</Empty>
          ) : (
            decisions.toReversed().map(decision => (
              <section key={decision.seq} className={css.decision}>
                <h3>
                  <code>{decision.action}</code> on {decision.resource}:{' '}
                  {OUTCOMES[decision.outcome]}
                </h3>
                <Reasons decision={decision} />
                <Button
                  size="small"
                  aria-expanded={decision.seq === seq}
                  aria-label={`Why: event ${decision.seq}`}
                  onClick={() => show(decision.seq === seq ? undefined : decision.seq)}
                >
                  Why
                </Button>
                {decision.seq === seq && <Explained task={task} seq={seq} />}
              </section>
            ))
          )
        }
      </Answered>
    </>
  );
}

function Reasons({ decision }: { decision: FromApi<'DecisionSummary'> }) {
  return (
    <ul className={css.list}>
      {decision.reasons.map(reason => (
        <li key={reason}>
          <Said text={reason} />
        </li>
      ))}
      {decision.observed !== null && (
        <li>
          <Observed observed={decision.observed} />
        </li>
      )}
      {decision.policies.length > 0 && (
        <li className={css.quiet}>
          event {decision.seq}, by {decision.policies.join(', ')}
        </li>
      )}
    </ul>
  );
}

function Explained({ task, seq }: { task: string; seq: number }) {
  const query = useQuery(explainQuery(task, seq));
  return (
    <Answered query={query} what="the reasons">
      {explained => <DecisionTree explained={explained} />}
    </Answered>
  );
}
