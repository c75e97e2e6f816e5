/** Rule 13: the quorum counts distinct people; a review and a command by one person are one. */
import { type RuleResult, result } from './judgement.ts';
import type { Statement } from './statement.ts';

/** One statement for each person, by id. */
export const distinctPeople = (all: Statement[]): Statement[] =>
  all.filter((s, at) => all.findIndex(other => other.by?.id === s.by?.id) === at);

/** `raisedBy`: identities that rule 9 could not resolve. */
export function quorum(granted: number, asked: number, raisedBy: string[]): RuleResult {
  if (!Number.isInteger(asked) || asked < 1)
    return result(13, 'quorum', 'error', `A quorum of ${asked} would approve by itself.`);
  const needed = asked + raisedBy.length;
  const raise =
    raisedBy.length > 0
      ? ` (${asked}, and one more for each identity that GitHub can't name: ${raisedBy.join(', ')})`
      : '';
  return granted >= needed
    ? result(13, 'quorum', 'approved', `${granted} of ${needed} approvals${raise}.`)
    : result(13, 'quorum', 'pending', `${granted} of ${needed} approvals${raise}.`);
}
