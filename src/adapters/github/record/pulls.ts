/** What happened on a pull request of ours: its state and head, reviews, checks, comments on code. */
import type { MissedEvent } from '../../../engine/ports/github-record.ts';
import type { Client } from '../client/client.ts';
import { latestStatuses } from '../facts/checks.ts';
import { newestReviews, type ReviewPage } from '../newest-reviews.ts';
import { MAY_CALL } from './commands.ts';
import { type EventOrigin, SOMEBODY, timeOf } from './event-origin.ts';
import { type ReadPart, readEach } from './read-part.ts';

/** Whoever writes hundreds of reviews has each poll look no further back. */
const MOST_REVIEW_PAGES = 3;

type On = { repository: number; pull: number; readPart: ReadPart };

export async function missedOnPull(origin: EventOrigin, of: On): Promise<MissedEvent[]> {
  const { octokit, where, since } = origin;
  const { readPart } = of;
  const path = { ...where, pull_number: of.pull };
  const { data: pull } = await octokit.rest.pulls.get(path);
  const delivery = deliveriesAbout(origin, pull);
  if (pull.state === 'closed')
    return [delivery('pull_request', pull.closed_at, { action: 'closed' })];
  const head = { ...where, ref: pull.head.sha, per_page: 100 };
  const [reviews, comments, runs, statuses] = await Promise.all([
    Array.fromAsync(newestReviews(octokit.rest, path, MOST_REVIEW_PAGES)),
    octokit.paginate(octokit.rest.pulls.listReviewComments, {
      ...path,
      since: since.toISOString(),
      per_page: 100,
    }),
    octokit.paginate(octokit.rest.checks.listForRef, { ...head, filter: 'latest' }),
    latestStatuses(octokit, head),
  ]);
  const each = <T>(what: string, items: readonly T[], read: (item: T) => MissedEvent[]) =>
    readEach(readPart, id => `${what} ${id} on #${of.pull}`, items, read);
  await readPart(`the head of #${of.pull}`, async () => [
    delivery('pull_request', null, { action: 'synchronize' }),
  ]);
  const newest = reviews.flatMap(page => page.reviews);
  await each('review', newest, review => reviewed(delivery, review));
  await each('comment', comments, comment => commented(delivery, comment, since));
  await each('check run', runs, run => checked(delivery, run, of));
  const isHere = pull.head.repo?.id === of.repository;
  const branches = isHere ? [{ name: pull.head.ref }] : [];
  await each('status', statuses, ({ id, context, state, updated_at }) => [
    delivery('status', updated_at, { id, sha: pull.head.sha, context, state, branches }),
  ]);
  return [];
}

/** What GitHub would have delivered; `when`: the time of the event, null where only the present state is known. */
type MissedDelivery = (event: string, when: string | null, payload: object) => MissedEvent;
type Listed<Of extends keyof Client['rest']['pulls']> = Awaited<
  ReturnType<Client['rest']['pulls'][Of]>
>['data'];

function deliveriesAbout({ envelope }: EventOrigin, pull: Listed<'get'>): MissedDelivery {
  const pull_request = {
    number: pull.number,
    merged: pull.merged,
    head: { sha: pull.head.sha, repo: pull.head.repo && { id: pull.head.repo.id } },
    base: { ref: pull.base.ref },
    updated_at: pull.updated_at,
  };
  return (event, when, payload) => ({
    event,
    payload: { sender: SOMEBODY, pull_request, ...payload, ...envelope },
    at: when === null ? null : timeOf(when),
  });
}

function reviewed(delivery: MissedDelivery, listed: ReviewPage['reviews'][number]): MissedEvent[] {
  const { id, state, commit_id, user, body, submitted_at } = listed;
  if (state === 'PENDING' || !user) return [];
  const by = { id: user.id, login: user.login, type: user.type };
  const review = { id, state, commit_id, body, submitted_at, user: by };
  // A review keeps its time when it is dismissed; its state tells the two apart.
  return state === 'DISMISSED'
    ? [delivery('pull_request_review', null, { action: 'dismissed', review })]
    : [delivery('pull_request_review', null, { action: 'submitted', review, sender: by })];
}

function commented(
  delivery: MissedDelivery,
  listed: Listed<'listReviewComments'>[number],
  since: Date,
): MissedEvent[] {
  const { id, body, user, created_at, commit_id } = listed;
  // The schema names a user always; of a deleted account GitHub has none.
  const author: typeof user | null = user;
  if (!author || !MAY_CALL.test(body) || timeOf(created_at) < since) return [];
  const sender = { id: author.id, login: author.login, type: author.type };
  const comment = { id, body, user: sender, created_at, commit_id };
  return [
    delivery('pull_request_review_comment', created_at, { action: 'created', comment, sender }),
  ];
}

type ListedRun = Awaited<
  ReturnType<Client['rest']['checks']['listForRef']>
>['data']['check_runs'][number];

function checked(
  delivery: MissedDelivery,
  listed: ListedRun,
  { repository, pull }: On,
): MissedEvent[] {
  const { id, name, head_sha, status, conclusion, completed_at, app } = listed;
  if (status !== 'completed') return [];
  const pulls = [{ number: pull, head: { repo: { id: repository } } }];
  const by = app && { id: app.id };
  const check_run = { id, name, head_sha, conclusion, pull_requests: pulls, app: by };
  return [delivery('check_run', completed_at, { action: 'completed', check_run })];
}
