/** An issue is gone: its task stops. */
import type { Repository } from '../../core/actor.ts';
import type { Intake } from '../dependencies.ts';
import { sendToTask } from './intake.ts';

export async function onIssueGone(
  intake: Intake,
  { repository, issue, action }: { repository: Repository; issue: number; action: string },
): Promise<string> {
  const [row] = await intake.tasks.list({ repositoryId: repository.id, issue, open: true });
  // A merge closes the issue: the task ends by the merge.
  if (!row || action === 'closed') return 'nothing to stop';
  const by = { id: 0, login: 'github' };
  const target = { kind: 'issue' as const, number: issue };
  const handled = await sendToTask(intake, row.id, { type: 'cancel', by, target }, null);
  return handled.ok ? `canceled ${row.id}` : handled.refusal.message;
}
