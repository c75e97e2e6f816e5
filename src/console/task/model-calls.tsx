/** The calls of models that a run made, below its bar: when each began, its first byte came, and it ended. */
import { useQuery } from '@tanstack/react-query';
import type { FromApi } from '../api/client.ts';
import { count } from '../show/count.ts';
import { duration } from '../show/when.tsx';
import { Answered } from '../states/answered.tsx';
import { Bar } from './bar.tsx';
import { callsQuery } from './queries.ts';
import { TimeAxis } from './time-axis.tsx';
import { type TimeSpan, timeScale } from './time-scale.ts';
import css from './timeline.module.css';
import { whileWorking } from './while-working.ts';

type CallFromApi = FromApi<'ModelCall'>;

/** `range`: what is in sight of the run, on whose line the calls stand. */
export function ModelCalls({
  task,
  run,
  range,
}: {
  task: string;
  run: FromApi<'Run'>;
  range: TimeSpan;
}) {
  const query = useQuery({ ...callsQuery(task, run.id), refetchInterval: whileWorking([run]) });
  return (
    <section aria-label={`Model calls of ${run.id}`}>
      <h3>Model calls of {run.id}</h3>
      <Answered query={query} what="the calls of models" within>
        {({ calls, more }) =>
          calls.length === 0 ? (
            <p className={css.quiet}>It called no model.</p>
          ) : (
            <>
              <Calls calls={calls} range={range} />
              {more && (
                <p className={css.quiet}>There are earlier ones: the log of the run has them.</p>
              )}
            </>
          )
        }
      </Answered>
    </section>
  );
}

function Calls({ calls, range }: { calls: CallFromApi[]; range: TimeSpan }) {
  const placed = calls
    .map(call => ({ call, ...momentsOf(call, range.to) }))
    .filter(({ from, to }) => to >= range.from && from <= range.to);
  const pieces = timeScale(placed, range);
  return (
    <>
      <TimeAxis pieces={pieces} />
      <ul className={css.rows}>
        {placed.map(({ call, from, first, to }, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: two calls may begin in the same millisecond.
          <li key={at} className={css.row}>
            <span className={css.call}>
              {call.provider}/{call.model}
            </span>
            <svg className={css.bars} role="img" aria-label={inWords(call)}>
              <Bar pieces={pieces} span={{ from, to: first ?? to }} state="waited" />
              {first !== null && (
                <Bar
                  pieces={pieces}
                  span={{ from: first, to }}
                  state={call.to ? 'success' : 'running'}
                />
              )}
            </svg>
            <span className={css.took}>{inWords(call)}</span>
          </li>
        ))}
      </ul>
    </>
  );
}

function momentsOf({ from, to, firstByteMs }: CallFromApi, now: number) {
  const began = Date.parse(from);
  return {
    from: began,
    first: firstByteMs === null ? null : began + firstByteMs,
    to: to === null ? now : Date.parse(to),
  };
}

function inWords({ from, to, firstByteMs, usage, words, isLost }: CallFromApi): string {
  const read = usage.input + usage.cached + usage.cacheWrite;
  const first = firstByteMs === null ? '' : `, first byte after ${duration(firstByteMs)}`;
  if (to === null) return `at work${first}`;
  const took = duration(Date.parse(to) - Date.parse(from));
  const tokens = `${count(read)} tokens in, ${count(usage.output + usage.reasoning)} out`;
  return `${took}${first}; ${tokens}; ${words}${isLost ? '; its worker was lost' : ''}`;
}
