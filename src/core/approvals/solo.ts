/**
 * Nothing is approved by rules that are skipped or empty. A maintainer for whom the work is done may be
 * excepted from `separation`, only where a policy permits `approval.own` (the pack `solo`), and each
 * use is marked.
 */
import type { ApprovalRule } from './rule.ts';
import { isExcepted, ownPart } from './separation.ts';

export const solo = {
  name: 'solo',
  words: 'a maintainer may approve what was done for them where policy permits `approval.own`',
  ofStatement(statement, { facts, ask }) {
    const part = ownPart(statement, facts);
    return part !== null && isExcepted(statement, facts, ask)
      ? { counts: true, reason: `Counts by the solo pack alone: ${part}` }
      : null;
  },
} satisfies ApprovalRule;
