/**
 * Everything that the approval rules look at and GitHub knows, as it is now. What can't be read whole
 * makes the facts incomplete, and incomplete facts never approve.
 */
import type { Person, Repository } from '../../../core/actor.ts';
import type { ApprovalFacts, Review } from '../../../core/approvals/facts.ts';
import { GitHubFailure } from '../../../engine/ports/github.ts';
import type { ApprovalQuery, GitHubApproval } from '../../../engine/ports/github-approval.ts';
import type { Clients } from '../client.ts';
import { repositoryPath } from '../repository-path.ts';
import { reviewState } from '../review-state.ts';
import type { AppIdentity } from '../triggers/origin.ts';
import { accountOf } from './account.ts';
import { readAnswers } from './answers.ts';
import { readContributors } from './contributors.ts';
import { type PersonNow, people } from './role.ts';
import { readTeams } from './teams.ts';

type LiveFacts = Pick<GitHubApproval, 'complete' | 'pull' | 'repository' | 'contributors'> & {
  reviews: (Review & { body: string })[];
};

export async function readApproval(
  clients: Clients,
  app: AppIdentity,
  repository: Repository,
  asked: ApprovalQuery,
): Promise<GitHubApproval> {
  const client = clients(repository, 'facts');
  const [read, issue] = await Promise.all([
    asked.pull === null
      ? readRepository(clients, repository)
      : readPullRequest(clients, repository, asked.pull),
    asked.issue === null ? null : readIssueState(clients, repository, asked.issue),
  ]);
  const { pull } = asked;
  const sources = { client, repository, pull, reviews: read.reviews };
  const answers = await orIncomplete(readAnswers(sources, asked.answers), []);
  const authors = [...read.reviews, ...answers.value].flatMap(({ by }) => (by ? [by] : []));
  const [found, teams] = await Promise.all([
    orIncomplete(readPeople(clients, repository, authors), {}),
    orIncomplete(readTeams(client, repository.owner, asked.teams), {}),
  ]);
  const pushers = asked.pushers.map(by => ({
    commit: read.pull?.head ?? '',
    as: 'pusher' as const,
    account: { ...by, type: 'User' as const },
    name: by.login,
  }));
  return {
    pull: read.pull,
    issue,
    repository: read.repository,
    requesters: asked.requesters,
    complete: read.complete && answers.complete && found.complete && teams.complete,
    contributors: [...read.contributors, ...pushers],
    reviews: read.reviews.map(({ body: _, ...review }) => review),
    // Under the login that each has now: code owners are named by logins.
    answers: answers.value.map(answer => ({
      ...answer,
      by: { ...answer.by, login: found.value[answer.by.id]?.login ?? answer.by.login },
    })),
    roles: Object.fromEntries(Object.entries(found.value).map(([id, { role }]) => [id, role])),
    teams: teams.value,
    app: { id: app.id, botUserId: app.botUserId },
  };
}

async function readPullRequest(
  clients: Clients,
  repository: Repository,
  number: number,
): Promise<LiveFacts> {
  const client = clients(repository, 'facts');
  const path = { ...repositoryPath(repository), pull_number: number };
  const { data: pull } = await client.rest.pulls.get(path);
  const [commits, reviews] = await Promise.all([
    orIncomplete(readContributors(client, repository, number, pull.commits), []),
    orIncomplete(readReviews(clients, repository, number), []),
  ]);
  const { data: after } = await client.rest.pulls.get(path);
  // Commits and reviews that were read while the head or the base moved may not belong together.
  const unmoved =
    after.head.sha === pull.head.sha &&
    after.base.sha === pull.base.sha &&
    after.base.ref === pull.base.ref;
  const { id, archived, owner } = pull.base.repo;
  return {
    complete: commits.complete && reviews.complete && unmoved,
    pull: {
      number,
      author: accountOf(pull.user),
      state: after.state === 'closed' ? 'closed' : 'open',
      draft: Boolean(after.draft),
      locked: after.locked,
      head: after.head.sha,
      headRepositoryId: after.head.repo?.id ?? null,
      baseRef: after.base.ref,
      baseSha: after.base.sha,
      requested: (after.requested_reviewers ?? []).map(reviewer => reviewer.id),
    },
    repository: { id, owner: owner.login, archived: Boolean(archived) },
    contributors: commits.value,
    reviews: reviews.value,
  };
}

async function readReviews(clients: Clients, repository: Repository, number: number) {
  const { rest, paginate } = clients(repository, 'facts');
  const all = await paginate(rest.pulls.listReviews, {
    ...repositoryPath(repository),
    pull_number: number,
    per_page: 100,
  });
  return all
    .filter(review => review.state !== 'PENDING')
    .map(review => ({
      id: review.id,
      by: accountOf(review.user),
      state: reviewState(review.state),
      commit: review.commit_id,
      at: review.submitted_at ?? '',
      body: review.body,
    }));
}

/** Before there is a pull request. */
async function readRepository(clients: Clients, repository: Repository): Promise<LiveFacts> {
  const { data } = await clients(repository, 'facts').rest.repos.get(repositoryPath(repository));
  const { id, owner, archived } = data;
  return {
    complete: true,
    pull: null,
    contributors: [],
    reviews: [],
    repository: { id, owner: owner.login, archived },
  };
}

async function readIssueState(
  clients: Clients,
  repository: Repository,
  number: number,
): Promise<ApprovalFacts['issue']> {
  const { data } = await clients(repository, 'facts').rest.issues.get({
    ...repositoryPath(repository),
    issue_number: number,
  });
  return { number, state: data.state === 'closed' ? 'closed' : 'open', locked: data.locked };
}

async function readPeople(
  clients: Clients,
  repository: Repository,
  asked: Person[],
): Promise<Record<string, PersonNow>> {
  const personOf = people(clients, repository);
  const entries = asked.map(async by => [String(by.id), await personOf(by)] as const);
  return Object.fromEntries(await Promise.all(entries));
}

/**
 * What was read, or the fallback, marked as incomplete. A failure that may pass by itself ends the whole
 * reading, which is then tried again, because a decision on half of the facts would be kept.
 */
async function orIncomplete<T>(
  reading: Promise<T>,
  fallback: T,
): Promise<{ value: T; complete: boolean }> {
  try {
    return { value: await reading, complete: true };
  } catch (error) {
    if (error instanceof GitHubFailure && !error.lasting) throw error;
    return { value: fallback, complete: false };
  }
}
