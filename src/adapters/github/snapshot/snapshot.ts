/**
 * A pull request as it stands, taken by one query, so that what is in it belongs together. It is read
 * to the last page or not at all, but for reviews that can't count: what was not read is never taken as
 * not being there.
 */
import type { Account, Repository } from '../../../core/actor.ts';
import type { Review } from '../../../core/approvals/facts.ts';
import { GitHubFailure, type PullFacts } from '../../../engine/ports/github.ts';
import type { Client } from '../client/client.ts';
import { repositoryPath } from '../client/repository-path.ts';
import type { AppIdentity } from '../triggers/origin.ts';
import { accountOf } from './account.ts';
import {
  QUERY,
  SnapshotAnswer,
  type SnapshotCommit,
  type SnapshotContext,
  type SnapshotPull,
} from './query.ts';
import { mayBeReplaced, type Ran, ranIn, reportedIn } from './reported.ts';
import { readReviews } from './reviews.ts';
import { isRewound } from './rewound.ts';
import { readWorkflows } from './workflows.ts';

export type PullSnapshot = PullFacts & {
  repository: { id: number; owner: string; archived: boolean };
  author: Account | null;
  /** Ids of people whose review is asked for. */
  requested: number[];
  commits: SnapshotCommit[];
  reviews: Review[];
  /** Ids of those of its reviewers who have no write access now. */
  withoutWrite: number[];
  /** The commit that the base branch points at, with what ran on it; null where that could not be read. */
  tip: { sha: string; ran: Ran[] | null } | null;
  /** False where a list is longer than is read: nothing is approved by it. */
  complete: boolean;
};

export async function takeSnapshot(
  client: Client,
  app: AppIdentity,
  repository: Repository,
  number: number,
): Promise<PullSnapshot> {
  const { found, pull, lists, whole } = await readPages(client, repository, number);
  const { reviews, withoutWrite, areWhole } = await readReviews(client, repository, number, pull);
  const { baseRef, commits } = pull;
  const tip = baseRef?.target ?? null;
  const ran = tip?.statusCheckRollup?.contexts;
  const { baseRefName: base, baseRefOid: noted } = pull;
  const isStale =
    tip !== null && !isClosed(pull) && (await isRewound(client, repository, noted, tip.oid));
  const workflows = mayBeReplaced(lists.contexts)
    ? await readWorkflows(client, repository, pull.headRefOid)
    : undefined;
  return {
    number,
    title: pull.title,
    state: isClosed(pull) ? 'closed' : 'open',
    merged: pull.merged,
    mergeCommit: pull.mergeCommit?.oid ?? null,
    mergedByUs: pull.merged && accountOf(pull.mergedBy)?.id === app.botUserId,
    draft: pull.isDraft,
    locked: pull.locked,
    conflicts: await hasConflicts(client, repository, number, pull),
    head: {
      ref: pull.headRefName,
      sha: pull.headRefOid,
      repositoryId: pull.headRepository?.databaseId ?? null,
    },
    base: { ref: base, sha: isStale ? tip.oid : noted },
    ...reportedIn(lists.contexts, app, workflows),
    repository: { id: found.databaseId, owner: found.owner.login, archived: found.isArchived },
    author: accountOf(pull.author),
    requested: pull.reviewRequests.nodes.flatMap(
      ({ requestedReviewer }) => requestedReviewer?.databaseId ?? [],
    ),
    commits: lists.commits,
    reviews,
    withoutWrite,
    tip: tip && {
      sha: tip.oid,
      ran: ran?.pageInfo.hasNextPage ? null : ranIn(ran?.nodes ?? [], app),
    },
    complete:
      whole &&
      areWhole &&
      lists.commits.length === commits.totalCount &&
      lists.commits.every(({ authors }) => !authors.pageInfo.hasNextPage) &&
      !pull.reviewRequests.pageInfo.hasNextPage,
  };
}

type Lists = { commits: SnapshotCommit[]; contexts: SnapshotContext[] };
type PagedList = keyof Lists;

/** A pull request with more pages of anything than this is not read whole. */
const MOST_PAGES = 10;

const UNREAD_CONTEXTS: SnapshotContext = {
  __typename: 'StatusContext',
  context: `more checks than the ${MOST_PAGES * 100} that are read`,
  state: 'PENDING',
  createdAt: '',
};

/** All pages of all lists at once. `whole`: there are no more. */
async function readPages(client: Client, repository: Repository, number: number) {
  const { owner, name, id } = repository;
  const lists: Lists = { commits: [], contexts: [] };
  let cursors: Cursors = {};
  for (let page = 1, first: SnapshotPull | null = null; ; page += 1) {
    const answer = await client.graphql(QUERY, { owner, name, number, ...cursors });
    const found = SnapshotAnswer.parse(answer).repository;
    const pull = found.pullRequest;
    if (found.databaseId !== id)
      throw new GitHubFailure('not_found', `${owner}/${name} is another repository by now.`, null);
    first ??= pull;
    if (!isSame(first, pull))
      throw new GitHubFailure('transport', `#${number} changed while it was read.`, null);
    const { more, after } = take(lists, pull, cursors);
    cursors = after;
    if (more.length === 0 || page === MOST_PAGES) {
      // What was not read is waited for, and then a person decides.
      if (more.includes('contexts')) lists.contexts.push(UNREAD_CONTEXTS);
      return { found, pull, lists, whole: more.every(list => list === 'contexts') };
    }
  }
}

const isSame = (a: SnapshotPull, b: SnapshotPull): boolean =>
  a.headRefOid === b.headRefOid && a.baseRefOid === b.baseRefOid && a.baseRefName === b.baseRefName;

type Cursors = Partial<Record<PagedList, string>>;

/** Adds a page of each list; a list that has ended stays at its end. */
function take(
  lists: Lists,
  { commits, statusCheckRollup }: SnapshotPull,
  before: Cursors,
): { more: PagedList[]; after: Cursors } {
  lists.commits.push(...commits.nodes.map(({ commit }) => commit));
  lists.contexts.push(...(statusCheckRollup?.contexts.nodes ?? []));
  const pages = { commits: commits.pageInfo, contexts: statusCheckRollup?.contexts.pageInfo };
  const after: Cursors = { ...before };
  const more: PagedList[] = [];
  for (const list of ['commits', 'contexts'] as const) {
    const { endCursor, hasNextPage } = pages[list] ?? {};
    if (endCursor) after[list] = endCursor;
    if (hasNextPage) more.push(list);
  }
  return { more, after };
}

/** In a state that is new to us it is open: GitHub judges too, whenever it is asked to merge. */
const isClosed = ({ state, merged }: Pick<SnapshotPull, 'state' | 'merged'>): boolean =>
  merged || state === 'CLOSED' || state === 'MERGED';

/** GitHub works it out once it is asked by REST. */
async function hasConflicts(
  { rest }: Client,
  repository: Repository,
  pull_number: number,
  pull: SnapshotPull,
): Promise<boolean> {
  const { mergeable } = pull;
  if (isClosed(pull) || mergeable !== 'UNKNOWN') return mergeable === 'CONFLICTING';
  const { data } = await rest.pulls.get({ ...repositoryPath(repository), pull_number });
  return data.mergeable_state === 'dirty';
}
