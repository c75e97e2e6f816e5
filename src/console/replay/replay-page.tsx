/** One event of a task after another, with the state beside each. */
import { Button } from '@primer/react';
import { useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import type { FromApi } from '../api/client.ts';
import { stateQuery } from '../audit/queries.ts';
import { Status } from '../show/status.tsx';
import { Answered } from '../states/answered.tsx';
import { taskQuery } from '../task/queries.ts';
import { standingOf } from '../task/standing.ts';
import css from './replay.module.css';
import { Today } from './today.tsx';

const route = getRouteApi('/tasks/$task/replay');

export function ReplayPage() {
  const { task } = route.useParams();
  const { event = 1 } = route.useSearch();
  const { data } = useSuspenseQuery(taskQuery(task));
  const last = data.asOf.event;
  const navigate = useNavigate();
  const query = useQuery(stateQuery(task, event));
  const go = (to: number) =>
    void navigate({ to: '/tasks/$task/replay', params: { task }, search: { event: to } });
  return (
    <>
      <nav className={css.steps} aria-label="Events">
        <Button disabled={event <= 1} onClick={() => go(1)}>
          First
        </Button>
        <Button disabled={event <= 1} onClick={() => go(event - 1)}>
          Before
        </Button>
        <span aria-live="polite">
          Event {event} of {last}
        </span>
        <Button disabled={event >= last} onClick={() => go(event + 1)}>
          Next
        </Button>
        <Button disabled={event >= last} onClick={() => go(last)}>
          Last
        </Button>
      </nav>
      <Answered query={query} what="the event">
        {at => (
          <>
            <div className={css.beside}>
              <EventShown at={at} />
              <StateShown at={at} />
            </div>
            {at.event.type === 'policy.decided' && <Today task={task} seq={event} />}
          </>
        )}
      </Answered>
    </>
  );
}

type At = FromApi<'StateAt'>;

function EventShown({ at: { event } }: { at: At }) {
  return (
    <section aria-labelledby="event">
      <h2 id="event">{event.type}</h2>
      <p>
        {event.at}, by {event.actor.kind}
      </p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what is scrolled has to be reached by keys. */}
      <pre className={css.data} tabIndex={0}>
        {JSON.stringify(event.data, null, 2)}
      </pre>
      <p className={css.hash}>
        <code>{event.hash}</code>
      </p>
    </section>
  );
}

function StateShown({ at: { task, changed, opened, closed } }: { at: At }) {
  return (
    <section aria-labelledby="state">
      <h2 id="state">The task after it</h2>
      <p>
        <Status status={task.status} /> {task.says}
      </p>
      <dl className={css.facts}>
        <dt>It changed</dt>
        <dd>{changed.join(', ') || 'nothing of the state'}</dd>
        <dt>To be done then</dt>
        <dd>{opened.join(', ') || 'nothing more'}</dd>
        <dt>Settled by it</dt>
        <dd>{closed.join(', ') || 'nothing'}</dd>
      </dl>
      <ul className={css.plain} aria-label="Steps">
        {task.steps.map(step => (
          <li key={step.id}>
            <Status status={standingOf(step, task)} /> {step.id}
          </li>
        ))}
      </ul>
    </section>
  );
}
