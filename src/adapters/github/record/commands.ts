/** Comments on issues and pull requests that may contain a command; the translation finds out whether they do. */
import type { MissedEvent } from '../../../engine/ports/github-record.ts';
import { type EventOrigin, timeOf } from './event-origin.ts';
import { type ReadPart, readEach } from './read-part.ts';

/** A cheap first test, because most comments are about other things. */
export const MAY_CALL = /\/agent/i;

/** Adds them to what `readPart` gathers. */
export async function commands(origin: EventOrigin, readPart: ReadPart): Promise<MissedEvent[]> {
  const { octokit, where, since } = origin;
  const comments = await octokit.paginate(octokit.rest.issues.listCommentsForRepo, {
    ...where,
    since: since.toISOString(),
    sort: 'updated',
    per_page: 100,
  });
  await readEach(
    readPart,
    id => `comment ${id}`,
    comments,
    comment => called(origin, comment),
  );
  return [];
}

type Listed = Awaited<ReturnType<EventOrigin['octokit']['rest']['issues']['listCommentsForRepo']>>;

function called({ envelope, since }: EventOrigin, comment: Listed['data'][number]): MissedEvent[] {
  const { id, body, user, created_at, issue_url, html_url } = comment;
  if (!user || !body || !MAY_CALL.test(body)) return [];
  const at = timeOf(created_at);
  const number = Number(/\/(\d+)$/.exec(issue_url)?.[1]);
  // `since` is about the last edit, and an edit never calls.
  if (at < since || !number) return [];
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
}
