/** Which comment asks for an approval: a request that takes the place of one that is void is shown where that stood. */
import type { Approval, TaskState } from './state.ts';

type Asked = Pick<Approval, 'id' | 'gate' | 'action' | 'run' | 'rework'>;

/** The id of the first of the requests that one comment shows, one after the other. */
export function firstInComment({ approvals }: Pick<TaskState, 'approvals'>, asked: Asked): string {
  let first = asked.id;
  const before = approvals.slice(
    0,
    approvals.findIndex(({ id }) => id === asked.id),
  );
  for (const earlier of before.filter(other => isSameQuestion(other, asked)).reverse()) {
    // What was answered, used or denied stays as people have seen it.
    if (earlier.status !== 'void') break;
    first = earlier.id;
  }
  return first;
}

/** Each thing that an agent asks for in a run is a question of its own. */
const isSameQuestion = (a: Asked, b: Asked): boolean =>
  a.gate === b.gate &&
  a.action === b.action &&
  a.rework === b.rework &&
  (a.gate !== 'act' || a.run === b.run);
