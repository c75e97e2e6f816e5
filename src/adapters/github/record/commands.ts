/** Comments on issues and pull requests that may contain a command; the translation finds out whether they do. */
import type { MissedEvent } from '../../../engine/ports/github-record.ts';
import type { EventOrigin } from './event-origin.ts';

/** A cheap first test, because most comments are about other things. */
export const MAY_CALL = /\/agent/i;

export async function commands(origin: EventOrigin): Promise<MissedEvent[]> {
  const { octokit, where, envelope, since } = origin;
  const comments = await octokit.paginate(octokit.rest.issues.listCommentsForRepo, {
    ...where,
    since: since.toISOString(),
    sort: 'updated',
    per_page: 100,
  });
  return comments.flatMap(({ id, body = '', user, created_at, issue_url, html_url }) => {
    const at = new Date(created_at);
    const number = Number(/\/(\d+)$/.exec(issue_url)?.[1]);
    // `since` is about the last edit, and an edit never calls.
    if (!user || at < since || !MAY_CALL.test(body) || !number) return [];
    const sender = { id: user.id, login: user.login, type: user.type };
    const isPull = html_url.includes(`/pull/${number}`);
    const payload = {
      action: 'created',
      issue: { number, ...(isPull && { pull_request: {} }) },
      comment: { id, body, user: sender, created_at },
      sender,
      ...envelope,
    };
    return [{ event: 'issue_comment', payload, at }];
  });
}
