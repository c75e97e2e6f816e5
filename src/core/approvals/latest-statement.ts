/** A person's latest decisive statement on the question wins; comments and drafts of reviews are neutral. */
import { type ApprovalRule, refused } from './rule.ts';
import { bearsOn, isBefore, isDecisive } from './statement.ts';

export const latestStatement = {
  name: 'latest-statement',
  words: "a person's latest decisive statement wins",
  ofStatement(statement, { said, ask: { question } }) {
    if (!isDecisive(statement)) return refused('A comment is neither for nor against.');
    const later = said.some(
      other =>
        other.by?.id === statement.by?.id &&
        isDecisive(other) &&
        bearsOn(other, question) &&
        isBefore(statement, other),
    );
    return later ? refused('A later statement by the same person stands in its place.') : null;
  },
} satisfies ApprovalRule;
