/** Bots and Apps never count, by their ids; Gatehouse's own account least of all. */
import type { ApprovalFacts } from './facts.ts';
import { type ApprovalRule, refused } from './rule.ts';
import type { Statement } from './statement.ts';

export const bot = {
  name: 'bot',
  words: 'bots and Apps never count',
  tells: 'commands',
  ofStatement(
    { by }: Pick<Statement, 'by'>,
    { facts: { app } }: { facts: Pick<ApprovalFacts, 'app'> },
  ) {
    if (by === null) return refused('The account that said it is gone.');
    return by.type !== 'User' || by.id === app.botUserId
      ? refused('Bots and Apps never approve; people do.')
      : null;
  },
} satisfies ApprovalRule;
