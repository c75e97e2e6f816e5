/** By which commit dependencies are installed, and for whom else what that leaves is good. */
import { isPublished } from '../approvals/requesters.ts';
import { createdOf, type TaskState } from '../state/state.ts';

/** The commit of the base that the work has in it, and the branch that it is of. */
export function installedBase(state: TaskState): { ref: string; sha: string } {
  const merged = state.reworks.findLast(
    ({ merges }, index) =>
      merges !== null && (index + 2 === state.round || isPublished(state, index + 2)),
  )?.merges;
  return merged ?? createdOf(state).base;
}

/**
 * Who shares what is installed at the parent. An install runs scripts of the repository, so what one
 * commit left could do harm in the work on another: commits of one branch share it, since only people
 * with write access add to that. Of a pull request, and of what an agent changed, each shares with itself.
 */
export function installShare(state: TaskState): string {
  const { ref, sha } = installedBase(state);
  const isOfBranch = createdOf(state).worksOn === null && state.parent === sha;
  return isOfBranch ? `branch ${ref}` : `commit ${state.parent}`;
}
