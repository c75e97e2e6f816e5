import type { Issue } from '../world/issues.ts';
import { actorHasRole, type RepositoryCall } from './call.ts';
import { refusal, unprocessable, unprocessableText } from './errors.ts';

/** A body longer than this is refused, for issues, comments and reviews alike. */
export const LONGEST_BODY = 65_536;

export function checkBody(resource: string, body: unknown): void {
  if (typeof body !== 'string' || [...body].length <= LONGEST_BODY) return;
  const message = `body is too long (maximum is ${LONGEST_BODY} characters)`;
  if (resource === 'PullRequestReview') throw unprocessableText(message);
  throw unprocessable(resource, { field: 'body', code: 'custom', message });
}

/** Whoever may not write cannot speak on a locked conversation. */
export function checkUnlocked(call: RepositoryCall, issue: Issue): void {
  if (issue.locked && !actorHasRole(call, 'write')) {
    throw refusal(403, 'Unable to create comment because issue is locked.');
  }
}
