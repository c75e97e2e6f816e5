/** Only a comment as it was created counts, and only its author's. An edit never approves. */
import { type ApprovalRule, refused } from './rule.ts';
import type { Statement } from './statement.ts';

export const createdComment = {
  name: 'created-comment',
  words: "a comment counts as it was created, and only its author's",
  tells: 'commands',
  ofStatement({ command, state }: Pick<Statement, 'command' | 'state'>) {
    if (command === null || state !== 'APPROVED') return null;
    if (command.standing === 'edited')
      return refused('Its comment was edited. An edit never approves: comment anew.');
    if (command.standing === 'foreign')
      return refused('Its comment is by somebody else than the one who sent it.');
    return null;
  },
} satisfies ApprovalRule;
