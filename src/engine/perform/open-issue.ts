/** People have to be asked, and nothing on GitHub is there for it: an issue of ours is opened. */
import type { TaskCommand } from '../../core/task/decide/command.ts';
import { conversationOf } from '../../core/task/state/place.ts';
import { createdOf, isOpen } from '../../core/task/state/state.ts';
import { viewOf } from '../../core/task/views/view.ts';
import type { TaskEffect } from '../task-context.ts';

export async function openIssue(context: TaskEffect<'open_issue'>): Promise<TaskCommand> {
  const { deps, task, folded, effect, guard } = context;
  const { state } = folded;
  if (!isOpen(state) || conversationOf(state)) return { type: 'performed', key: effect.key };
  await guard.check();
  const { repository } = createdOf(state);
  const { number } = await deps.github.writes.openIssue(repository, viewOf(task, folded));
  return { type: 'issue_opened', number };
}
