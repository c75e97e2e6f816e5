/**
 * An approval outlives the merging of the base into its branch, once or several times in a row, but only
 * where the worker did each merge anew, cleanly, and came to the very tree that was pushed.
 */
import type { ApprovalFacts } from './facts.ts';

/** The heads that lead from this one to the present one, newest first; null where one is no such merge. */
export function updatesSince(
  given: string,
  { pull, updateMerges }: Pick<ApprovalFacts, 'pull' | 'updateMerges'>,
): string[] | null {
  const heads: string[] = [];
  let head = pull?.head;
  for (const { to, from, tree, recomputed } of updateMerges) {
    if (to !== head || recomputed !== tree) return null;
    heads.push(to);
    if (from === given) return heads;
    head = from;
  }
  return null;
}
