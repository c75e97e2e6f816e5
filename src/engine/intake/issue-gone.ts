/** An issue is gone: its task stops. */
import type { Repository } from '../../core/actor.ts';
import type { Intake } from '../dependencies.ts';
import { sendToTask } from './intake.ts';

export async function onIssueGone(
  intake: Intake,
  { repository, issue, action }: { repository: Repository; issue: number; action: string },
): Promise<string> {
  // A merge closes the issue: the task ends by the merge.
  return action === 'closed' ? 'nothing to stop' : stopWork(intake, repository, issue);
}

/** Whatever works on this issue or pull request is canceled. */
export async function stopWork(
  intake: Intake,
  repository: Repository,
  issue: number,
): Promise<string> {
  const [row] = await intake.tasks.list({ repositoryId: repository.id, issue, open: true });
  if (!row) return 'nothing to stop';
  const by = { kind: 'person' as const, id: 0, login: 'github' };
  const target = { kind: 'issue' as const, number: issue };
  const handled = await sendToTask(intake, row.id, { type: 'cancel', by, target }, null);
  return handled.ok ? `canceled ${row.id}` : handled.refusal.message;
}
