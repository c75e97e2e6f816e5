/**
 * An approval is taken back by `/agent revoke`, and by deleting or editing the comment that gave it.
 * An older one does not take its place.
 */
import { type ApprovalRule, refused } from './rule.ts';
import type { Statement } from './statement.ts';

export const revocation = {
  name: 'revocation',
  words: 'what was taken back counts no more',
  tells: 'commands',
  ofStatement({ state, command }: Pick<Statement, 'state' | 'command'>) {
    if (state === 'REVOKED') return refused('It takes back what was approved.');
    if (state !== 'APPROVED' || command === null) return null;
    if (command.revoked !== null) return refused(`It was taken back: ${command.revoked}.`);
    return command.standing === 'deleted' ? refused('Its comment was deleted.') : null;
  },
} satisfies ApprovalRule;
