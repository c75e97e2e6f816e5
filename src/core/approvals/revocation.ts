/**
 * Rule 15: an approval is taken back by `/agent revoke`, and by deleting or editing the comment that
 * gave it. An older one does not take its place.
 */
import type { Refusal } from './refusal.ts';
import type { Statement } from './statement.ts';

export function revocation({
  state,
  command,
}: Pick<Statement, 'state' | 'command'>): Refusal | null {
  if (state === 'REVOKED') return { rule: 15, reason: 'It takes back what was approved.' };
  if (state !== 'APPROVED' || command === null) return null;
  if (command.revoked !== null)
    return { rule: 15, reason: `It was taken back: ${command.revoked}.` };
  if (command.standing === 'deleted') return { rule: 15, reason: 'Its comment was deleted.' };
  return null;
}
