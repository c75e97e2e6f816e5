/** Rule 6: a person's latest decisive word wins; comments and drafts of reviews are neutral. */
import type { Refusal } from './refusal.ts';
import { isBefore, isDecisive, type Statement } from './statement.ts';

export function latestStatement(statement: Statement, all: Statement[]): Refusal | null {
  if (!isDecisive(statement)) return { rule: 6, reason: 'A comment is neither for nor against.' };
  const later = all.some(
    other => other.by?.id === statement.by?.id && isDecisive(other) && isBefore(statement, other),
  );
  return later ? { rule: 6, reason: 'A later word by the same person stands in its place.' } : null;
}
