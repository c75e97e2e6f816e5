/** Rule 3, at the moment of use: a command counts for the request that it answered, and no other. */
import type { Ask } from './judgement.ts';
import type { Refusal } from './refusal.ts';
import type { Statement } from './statement.ts';

export const answeredRequest = (
  { command, state }: Pick<Statement, 'command' | 'state'>,
  { request }: Pick<Ask, 'request'>,
): Refusal | null =>
  command === null || state === 'REVOKED' || (request !== null && command.request === request)
    ? null
    : { rule: 3, reason: 'It answered another request than the one that waits now.' };
