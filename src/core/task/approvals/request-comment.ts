/** Which comment asks for an approval: a request that replaces a void one is shown in the same comment. */
import type { Approval, TaskState } from '../state/state.ts';

type AskedApproval = Pick<Approval, 'id' | 'gate' | 'action' | 'run' | 'rework'>;

/** The id of the first request that the comment has shown; later ones replaced it there. */
export function firstInComment(
  { approvals }: Pick<TaskState, 'approvals'>,
  asked: AskedApproval,
): string {
  let first = asked.id;
  const before = approvals.slice(
    0,
    approvals.findIndex(({ id }) => id === asked.id),
  );
  for (const earlier of before.filter(other => isSameQuestion(other, asked)).reverse()) {
    // The comment of a request that was answered, used or denied stays as people saw it.
    if (earlier.status !== 'void') break;
    first = earlier.id;
  }
  return first;
}

/** What agents ask for in different runs are different questions. */
const isSameQuestion = (a: AskedApproval, b: AskedApproval): boolean =>
  a.gate === b.gate &&
  a.action === b.action &&
  a.rework === b.rework &&
  (a.gate !== 'act' || a.run === b.run);
