/**
 * Everything that the approval rules look at and GitHub knows, as it is now. What can't be read whole
 * makes the facts incomplete, and incomplete facts never approve.
 */
import type { Person, Repository } from '../../../core/actor.ts';
import type { ApprovalFacts } from '../../../core/approvals/facts.ts';
import { GitHubFailure } from '../../../engine/ports/github.ts';
import type { ApprovalQuery, GitHubApproval } from '../../../engine/ports/github-approval.ts';
import type { Clients } from '../client/client.ts';
import { orNull } from '../client/failure.ts';
import { repositoryPath } from '../client/repository-path.ts';
import type { Located } from '../locate.ts';
import type { PullSnapshot } from '../snapshot/snapshot.ts';
import type { AppIdentity } from '../triggers/origin.ts';
import { readAnswers } from './answers.ts';
import { type OwnAccount, readContributors } from './contributors.ts';
import type { PersonNow, PersonOf } from './role.ts';

type LiveFacts = Pick<
  GitHubApproval,
  'complete' | 'pull' | 'repository' | 'contributors' | 'reviews'
>;

type Sources = {
  clients: Clients;
  app: AppIdentity;
  own: OwnAccount;
  personOf: PersonOf;
  /** The members of a team of the owner, by id. */
  team: (repository: Repository, slug: string) => Promise<number[]>;
};

/** `snapshot`: of the pull request that is asked about; null where there is none yet. */
export async function readApproval(
  { clients, app, own, personOf, team }: Sources,
  repository: Located,
  asked: ApprovalQuery,
  snapshot: PullSnapshot | null,
): Promise<GitHubApproval> {
  const client = clients(repository, 'facts');
  // With a pull request, people speak there: whether the issue can still be read does not matter.
  const place = snapshot === null ? asked.issue : null;
  const [read, issue, answers] = await Promise.all([
    snapshot === null ? ofRepository(repository) : ofPull(clients, own, repository, snapshot),
    orIncomplete(place === null ? null : readIssueState(clients, repository, place), null),
    orIncomplete(readAnswers({ client, repository, pull: asked.pull }, asked.answers), []),
  ]);
  const withoutWrite = new Set(snapshot?.withoutWrite);
  // A review by somebody without write access counts for nothing: nobody's role is asked because of it.
  const decisive = read.reviews.filter(({ by }) => !(by && withoutWrite.has(by.id)));
  const authors = [...decisive, ...answers.value].flatMap(({ by }) => (by ? [by] : []));
  const [found, teams] = await Promise.all([
    orIncomplete(readPeople(personOf, repository, authors), {}),
    orIncomplete(readTeams(team, repository, asked.teams), {}),
  ]);
  const pushers = asked.pushers.map(by => ({
    commit: read.pull?.head ?? '',
    as: 'pusher' as const,
    account: { ...by, type: 'User' as const },
    name: by.login,
  }));
  return {
    pull: read.pull,
    issue: issue.value,
    repository: read.repository,
    requesters: asked.requesters,
    complete:
      read.complete && issue.complete && answers.complete && found.complete && teams.complete,
    contributors: [...read.contributors, ...pushers],
    reviews: read.reviews,
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

async function ofPull(
  clients: Clients,
  own: OwnAccount,
  repository: Repository,
  snapshot: PullSnapshot,
): Promise<LiveFacts> {
  const { number, author, state, draft, locked, head, base, requested } = snapshot;
  const octokit = clients(repository, 'facts');
  const contributors = await orIncomplete(
    readContributors({ octokit, repository, own }, number, snapshot.commits),
    [],
  );
  return {
    complete: snapshot.complete && contributors.complete,
    pull: {
      number,
      author,
      state,
      draft,
      locked,
      head: head.sha,
      headRepositoryId: head.repositoryId,
      baseRef: base.ref,
      baseSha: base.sha,
      requested,
    },
    repository: snapshot.repository,
    contributors: contributors.value,
    reviews: snapshot.reviews,
  };
}

/** Before there is a pull request. */
const ofRepository = ({ id, owner, archived }: Located): LiveFacts => ({
  complete: true,
  pull: null,
  contributors: [],
  reviews: [],
  repository: { id, owner, archived },
});

async function readIssueState(
  clients: Clients,
  repository: Repository,
  number: number,
): Promise<ApprovalFacts['issue']> {
  const { rest } = clients(repository, 'facts');
  const found = await orNull(
    rest.issues.get({ ...repositoryPath(repository), issue_number: number }),
  );
  if (found === null) return null;
  const { data } = found;
  return {
    number,
    isPull: Boolean(data.pull_request),
    state: data.state === 'closed' ? 'closed' : 'open',
    locked: data.locked,
  };
}

async function readPeople(
  personOf: PersonOf,
  repository: Repository,
  asked: Person[],
): Promise<Record<string, PersonNow>> {
  const entries = asked.map(async by => [String(by.id), await personOf(repository, by)] as const);
  return Object.fromEntries(await Promise.all(entries));
}

async function readTeams(
  team: Sources['team'],
  repository: Repository,
  slugs: readonly string[],
): Promise<GitHubApproval['teams']> {
  const entries = slugs.map(async slug => [slug, await team(repository, slug)] as const);
  return Object.fromEntries(await Promise.all(entries));
}

/**
 * What was read, or the fallback, marked as incomplete. A failure that may pass by itself ends the whole
 * reading, which is then tried again, because a decision on half of the facts would be kept.
 */
async function orIncomplete<T>(
  reading: Promise<T> | T,
  fallback: T,
): Promise<{ value: T; complete: boolean }> {
  try {
    return { value: await reading, complete: true };
  } catch (error) {
    if (error instanceof GitHubFailure && !error.lasting) throw error;
    return { value: fallback, complete: false };
  }
}
