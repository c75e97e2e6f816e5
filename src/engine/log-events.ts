/** Lines of the log about what was appended: where a task began and ended, and each run that ended. */
import type { Actor, Correlation } from '../core/actor.ts';
import type { StoredEvent } from '../core/event.ts';
import type { StreamRef } from '../core/stream.ts';
import type { Run } from '../core/task/state/state.ts';
import type { Handled } from './handle.ts';
import type { Logger } from './ports/logger.ts';
import { asTask } from './streams.ts';

export function logEvents(logger: Logger, stream: StreamRef, handled: Handled): void {
  if (!handled.ok) return;
  for (const event of handled.events) {
    const { seq, type, data } = event;
    const about = { ...idsOf(event), actor: actorName(event.actor) };
    logger.debug({ ...about, stream: stream.kind, seq, type }, 'event');
    if (stream.kind !== 'task') continue;
    const { runs, status, reason } = asTask(handled.folded).state;
    if (type === 'task.created') logger.info({ ...about, command: data.command }, 'task created');
    if (type === 'run.finished') {
      const run = runs.find(({ id }) => id === data.run);
      if (run) logger.info({ ...about, ...endOf(run) }, 'run ended');
    }
    if (type === 'task.finished') logger.info({ ...about, outcome: status, reason }, 'task ended');
  }
}

function idsOf({ correlation }: StoredEvent): Pick<Correlation, 'task' | 'run' | 'delivery'> {
  const { task, run, delivery } = correlation;
  return { ...(delivery && { delivery }), ...(task && { task }), ...(run && { run }) };
}

/** Who did it, such as `person mona` or `agent author`. */
function actorName(actor: Actor): string {
  switch (actor.kind) {
    case 'person':
      return `person ${actor.login}`;
    case 'token':
      return `token ${actor.id}`;
    case 'operator':
    case 'agent':
      return `${actor.kind} ${actor.name}`;
    default:
      return actor.kind;
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
