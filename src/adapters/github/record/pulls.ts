/** What happened on a pull request of ours: its state and head, reviews, checks, comments on code. */
import type { MissedEvent } from '../../../engine/ports/github-record.ts';
import { latestStatuses } from '../facts/checks.ts';
import { newestReviews } from '../newest-reviews.ts';
import { MAY_CALL } from './commands.ts';
import { type EventOrigin, SOMEBODY, timeOf } from './event-origin.ts';
import { type ReadPart, readEach } from './read-part.ts';

/** Whoever writes hundreds of reviews has each poll look no further back. */
const MOST_REVIEW_PAGES = 3;

export async function missedOnPull(
  origin: EventOrigin,
  of: { repository: number; pull: number; readPart: ReadPart },
): Promise<MissedEvent[]> {
  const { pull: pull_number, readPart } = of;
  const { octokit, where, envelope, since } = origin;
  const path = { ...where, pull_number };
  const { data: pull } = await octokit.rest.pulls.get(path);
  const pull_request = {
    number: pull_number,
    merged: pull.merged,
    head: { sha: pull.head.sha, repo: pull.head.repo && { id: pull.head.repo.id } },
    base: { ref: pull.base.ref },
    updated_at: pull.updated_at,
  };
  const delivery = (event: string, when: string | null, payload: object): MissedEvent => ({
    event,
    payload: { sender: SOMEBODY, pull_request, ...payload, ...envelope },
    at: when === null ? null : timeOf(when),
  });
  if (pull.state === 'closed')
    return [delivery('pull_request', pull.closed_at, { action: 'closed' })];
  const [reviews, comments, runs, statuses] = await Promise.all([
    Array.fromAsync(newestReviews(octokit.rest, path, MOST_REVIEW_PAGES)),
    octokit.paginate(octokit.rest.pulls.listReviewComments, {
      ...path,
      since: since.toISOString(),
      per_page: 100,
    }),
    octokit.paginate(octokit.rest.checks.listForRef, {
      ...where,
      ref: pull.head.sha,
      filter: 'latest',
      per_page: 100,
    }),
    latestStatuses(octokit, { ...where, ref: pull.head.sha, per_page: 100 }),
  ]);
  const pulls = [{ number: pull_number, head: { repo: { id: of.repository } } }];
  const each = <T>(what: string, items: readonly T[], read: (item: T) => MissedEvent[]) =>
    readEach(readPart, id => `${what} ${id} on #${pull_number}`, items, read);
  await readPart(`the head of #${pull_number}`, async () => [
    delivery('pull_request', null, { action: 'synchronize' }),
  ]);
  const newest = reviews.flatMap(page => page.reviews);
  await each('review', newest, ({ id, state, commit_id, user, body, submitted_at }) => {
    if (state === 'PENDING' || !user) return [];
    const by = { id: user.id, login: user.login, type: user.type };
    const review = { id, state, commit_id, body, submitted_at, user: by };
    // A review keeps its time when it is dismissed; its state tells the two apart.
    return state === 'DISMISSED'
      ? [delivery('pull_request_review', null, { action: 'dismissed', review })]
      : [delivery('pull_request_review', null, { action: 'submitted', review, sender: by })];
  });
  await each('comment', comments, ({ id, body, user, created_at, commit_id }) => {
    // The schema names a user always; of a deleted account GitHub has none.
    const author: typeof user | null = user;
    if (!author || !MAY_CALL.test(body) || timeOf(created_at) < since) return [];
    const sender = { id: author.id, login: author.login, type: author.type };
    const comment = { id, body, user: sender, created_at, commit_id };
    return [
      delivery('pull_request_review_comment', created_at, { action: 'created', comment, sender }),
    ];
  });
  await each('check run', runs, ({ id, name, head_sha, status, conclusion, completed_at, app }) => {
    if (status !== 'completed') return [];
    const by = app && { id: app.id };
    const check_run = { id, name, head_sha, conclusion, pull_requests: pulls, app: by };
    return [delivery('check_run', completed_at, { action: 'completed', check_run })];
  });
  const isHere = pull.head.repo?.id === of.repository;
  const branches = isHere ? [{ name: pull.head.ref }] : [];
  await each('status', statuses, ({ id, context, state, updated_at }) => [
    delivery('status', updated_at, { id, sha: pull.head.sha, context, state, branches }),
  ]);
  return [];
}
