/** The runs of a task as bars: from when they were queued, when they worked, and when they ended. */
import type { FromApi } from '../api/client.ts';
import type { TimeSpan } from './time-scale.ts';

export type RunBar = {
  run: FromApi<'Run'>;
  /** Until it began, or ended without having begun. */
  waited: TimeSpan;
  worked: TimeSpan | null;
};

/** In the order in which they were queued. `now` ends what has not ended. */
export function runBars(runs: readonly FromApi<'Run'>[], now: number): RunBar[] {
  return runs
    .map(run => {
      const queued = Date.parse(run.queuedAt);
      const ended = run.finishedAt === null ? now : Date.parse(run.finishedAt);
      if (run.startedAt === null) return { run, waited: { from: queued, to: ended }, worked: null };
      const began = Date.parse(run.startedAt);
      return { run, waited: { from: queued, to: began }, worked: { from: began, to: ended } };
    })
    .sort((one, other) => one.waited.from - other.waited.from);
}

export const spanOf = ({ waited, worked }: RunBar): TimeSpan => ({
  from: waited.from,
  to: (worked ?? waited).to,
});
