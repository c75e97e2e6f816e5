/** A command counts for the one request that it answered; `request.ts` says which that is. */
import { type ApprovalRule, refused } from './rule.ts';

export const answeredRequest = {
  name: 'answered-request',
  words: 'a command answers exactly one request',
  ofStatement: ({ command, state }, { ask: { request } }) =>
    command === null || state === 'REVOKED' || (request !== null && command.request === request)
      ? null
      : refused('It answered another request than the one that waits now: answer that one.'),
} satisfies ApprovalRule;
