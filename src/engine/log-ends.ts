/** One line of the log for each run that ended, and one for a task that did. */
import type { StreamRef } from '../core/stream.ts';
import type { Run } from '../core/task/state.ts';
import type { Handled } from './handle.ts';
import type { Logger } from './ports/logger.ts';
import { asTask } from './streams.ts';

export function logEnds(logger: Logger, stream: StreamRef, handled: Handled): void {
  if (!handled.ok || stream.kind !== 'task') return;
  const { runs, status, reason } = asTask(handled.folded).state;
  const task = stream.id;
  for (const { type, data } of handled.events) {
    if (type === 'run.finished') {
      const run = runs.find(({ id }) => id === data.run);
      if (run) logger.info({ task, ...endOf(run) }, 'run ended');
    }
    if (type === 'task.finished') logger.info({ task, outcome: status, reason }, 'task ended');
  }
}

const endOf = ({ id, state, class: kind, reason, startedAt, finishedAt }: Run): object => ({
  run: id,
  outcome: state,
  ...(kind && { class: kind }),
  ...(reason && { reason }),
  // A run that never started took no time.
  ...(startedAt &&
    finishedAt && { seconds: (Date.parse(finishedAt) - Date.parse(startedAt)) / 1000 }),
});
