/** Other tries that were asked for after a failure or a question, and which runs belong to them. */
import type { OtherTry, Run, TaskState } from '../state/state.ts';

/** The other try that the run belongs to: its agent is told what was said to it. Null: nobody asked for one. */
export function otherTryOf(
  { otherTries, runs }: Pick<TaskState, 'otherTries' | 'runs'>,
  run: Pick<Run, 'id' | 'round'>,
): OtherTry | null {
  const at = runs.findIndex(({ id }) => id === run.id);
  return otherTries.findLast(({ round, from }) => round === run.round && from <= at) ?? null;
}
