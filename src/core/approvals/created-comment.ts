/** Rule 16: only a comment as it was created counts, and only its author's. An edit never approves. */
import type { Refusal } from './refusal.ts';
import type { Statement } from './statement.ts';

export function createdComment({
  command,
  state,
}: Pick<Statement, 'command' | 'state'>): Refusal | null {
  if (command === null || state !== 'APPROVED') return null;
  if (command.standing === 'edited')
    return { rule: 16, reason: 'Its comment was edited. An edit never approves: comment anew.' };
  if (command.standing === 'foreign')
    return { rule: 16, reason: 'Its comment is by somebody else than the one who sent it.' };
  return null;
}
