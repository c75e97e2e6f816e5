/** Stops what no person asks for, once enough of it has begun in a row. */
import { type FailedCheck, whyStop } from '../../failed-check.ts';
import type { TaskDraft } from './draft.ts';

/** Whether it stops here, which is told once. `check`: what would begin one more; null of a call. */
export function stops(task: TaskDraft, check: FailedCheck | null): boolean {
  const { reworks, waitingReworks, unasked } = task.state;
  const all = [...reworks, ...waitingReworks];
  const checks = all
    .slice(all.findLastIndex(({ origin }) => origin === 'comment') + 1)
    .flatMap(rework => rework.check ?? []);
  const reason = whyStop({ times: unasked, checks }, check);
  if (reason === null) return false;
  task.add({ type: 'remediation.stopped', v: 2, data: { check, reason } });
  return true;
}
