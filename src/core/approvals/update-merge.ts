/**
 * An approval outlives the merging of the base into its branch, but only where the worker did that
 * merge anew, cleanly, and came to the very tree that was pushed.
 */
import type { ApprovalFacts } from './facts.ts';

export function updateMerge(
  given: string,
  { updateMerge: merge }: Pick<ApprovalFacts, 'updateMerge'>,
): boolean {
  return merge !== null && merge.from === given && merge.recomputed === merge.tree;
}
