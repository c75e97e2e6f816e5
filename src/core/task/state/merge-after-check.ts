/** Whether the merge that policy allowed may begin: our own check says so on the head first. */
import { mergeRun, type Run, type TaskState } from './state.ts';

/** The merge that policy allowed, and that begins once our check says so; null where none waits for that. */
export function waitsForOurCheck(state: TaskState): Run | null {
  const run = mergeRun(state);
  const isAllowed = run?.state === 'running' && state.mergeable !== null && !state.mergeWaits;
  return isAllowed && !mayMerge(state) ? run : null;
}

export function mayMerge({ surfaces: { check }, mergeable, mergeWaits }: TaskState): boolean {
  return check?.conclusion === 'success' && check.head === mergeable && !mergeWaits;
}
