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

/** Only people who may write speak on a locked conversation; an App is none, whatever it was granted. */
export function checkUnlocked(call: RepositoryCall, issue: Issue): void {
  const mayWrite = call.actor.kind !== 'installation' && actorHasRole(call, 'write');
  if (issue.locked && !mayWrite) {
    throw refusal(403, 'Unable to create comment because issue is locked.');
  }
}
