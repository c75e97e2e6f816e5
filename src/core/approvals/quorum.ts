/** The quorum counts distinct people; a review and a command by one person are one. */
import type { ApprovalRule, RequestRuling } from './rule.ts';
import { unresolved } from './separation.ts';
import type { Statement } from './statement.ts';

export const quorum = {
  name: 'quorum',
  words: 'as many people approve as policy asks for, each counted once',
  ofApprovers(counting, { facts, ask }): RequestRuling {
    const asked = ask.quorum;
    if (!Number.isInteger(asked) || asked < 1)
      return { outcome: 'error', reason: `A quorum of ${asked} would approve by itself.` };
    const raisedBy = unresolved(facts, ask, counting);
    const needed = asked + raisedBy.length;
    const raise =
      raisedBy.length > 0
        ? ` (${asked}, and one more for each identity that GitHub can't name: ${raisedBy.join(', ')})`
        : '';
    return {
      outcome: counting.length >= needed ? 'approved' : 'pending',
      reason: `${counting.length} of ${needed} approvals${raise}.`,
    };
  },
} satisfies ApprovalRule;

/** One statement for each person, by id. */
export const distinctPeople = (all: readonly Statement[]): Statement[] =>
  all.filter((s, at) => all.findIndex(other => other.by?.id === s.by?.id) === at);
