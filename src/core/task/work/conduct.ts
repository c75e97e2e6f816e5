/** How a run of an agent kept to what it may do, and whether people had to step in because of it. */
import { type Run, reworkAfter, type TaskState } from '../state/state.ts';

/** How many different things policy denied to it: what it asked for, of which the first few are known, and its work. */
export const deniedTo = ({ denials, class: failed, produced }: Run): number =>
  denials.length + (failed === 'policy' && produced?.work ? 1 : 0);

/** How often people denied what it asked for, or asked for more on the pull request that has its work. */
export function interventionsIn(state: TaskState, run: Run): number {
  const denied = state.approvals.filter(
    ({ run: of, status }) => of === run.id && status === 'denied',
  );
  const isAsked = run.produced?.work && reworkAfter(state, run.round)?.by;
  return denied.length + (isAsked ? 1 : 0);
}
