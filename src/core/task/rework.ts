/** One more round of work is asked for: by a comment, a failing check or a conflict with the base. */
import { type CommandRefusal, refusal } from '../refusal.ts';
import type { TaskCommand } from './command.ts';
import type { TaskDraft } from './draft.ts';
import { createdOf } from './state.ts';

/** Reworks that failing checks may start on one task, so that no two machines play ping-pong. */
const CHECK_REWORKS = 3;

export function rework(
  task: TaskDraft,
  data: Extract<TaskCommand, { type: 'rework' }>['data'],
): CommandRefusal | null {
  const { config, graph } = createdOf(task.state);
  const all = [...task.state.reworks, ...task.state.waitingReworks];
  if (graph.reworkFrom === null)
    return refusal(
      'unsupported',
      'The task here takes no requests for changes. Once it has ended, `/agent fix` starts another one.',
    );
  if (task.state.blocked?.obstacle === 'closed')
    return refusal('ended', 'The pull request is closed. Reopen it first, and ask again.');
  if (all.some(other => other.id === data.id))
    return refusal('repeated', 'That was asked for already.');
  if (data.origin === 'check') {
    if (!config.remediate.ci)
      return refusal('unsupported', 'The default branch does not opt in to work that CI starts.');
    if (data.check?.head !== task.state.pull?.head)
      return refusal('stale', 'The check is not about the present head.');
    if (all.some(other => other.check?.head === data.check?.head))
      return refusal('repeated', 'A check of this head is being worked on already.');
    if (all.filter(other => other.origin === 'check').length >= CHECK_REWORKS)
      return refusal(
        'limit',
        `Failing checks have started ${CHECK_REWORKS} rounds already: a person has to look, and may ask for more with \`/agent fix\`.`,
      );
  }
  task.add({ type: 'rework.requested', v: 2, data });
  return null;
}
