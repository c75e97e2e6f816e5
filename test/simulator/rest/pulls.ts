import { branchTip } from '../git/branches.ts';
import { git } from '../git/command.ts';
import { commitsBetween } from '../git/commits.ts';
import { currentBase, pullFiles } from '../git/pull-changes.ts';
import { keepHead } from '../git/refs.ts';
import { simpleTeam, userById } from '../present/account.ts';
import { commitJson, fileJson } from '../present/commit.ts';
import { headRepository, pullJson, simplePull } from '../present/pull.ts';
import { emitPull } from '../webhooks/pulls.ts';
import { findAccount } from '../world/accounts.ts';
import { isPullRequest, type Pull, type PullRequest } from '../world/pulls.ts';
import { fullName, ownerOf, type Repository } from '../world/repositories.ts';
import { atLeast, roleOf } from '../world/roles.ts';
import { accountOf } from './actor.ts';
import { findPull } from './addressed.ts';
import { checkBody } from './bodies.ts';
import { actorHasRole, created, ok, type Reply, type RepositoryCall } from './call.ts';
import { forbidden, unprocessable } from './errors.ts';
import { editText, happened, newIssue, setState } from './issue-state.ts';
import { paginate } from './pagination.ts';
import { disableAutoMerge } from './pull-state.ts';

export async function createPull(call: RepositoryCall): Promise<Reply> {
  const { github, repository, actor } = call;
  const { title, head, base, body, draft, maintainer_can_modify } = call.body as {
    title?: string;
    head: string;
    base: string;
    body?: string;
    draft?: boolean;
    maintainer_can_modify?: boolean;
  };
  checkBody('PullRequest', body);
  if (!title) throw unprocessable('PullRequest', { field: 'title', code: 'missing_field' });
  const [from, headRef] = headOf(call, head);
  const headSha = from && (await branchTip(from, headRef));
  if (!from || !headSha) throw unprocessable('PullRequest', { field: 'head', code: 'invalid' });
  const baseSha = await branchTip(repository, base);
  if (!baseSha) throw unprocessable('PullRequest', { field: 'base', code: 'invalid' });
  if (actor.kind === 'user' && !atLeast(roleOf(github, from, actor.user.id), 'write'))
    throw forbidden();
  const twin = [...repository.issues.values()]
    .filter(isPullRequest)
    .find(
      ({ state, pull }) =>
        state === 'open' &&
        pull.headRepositoryId === from.id &&
        pull.headRef === headRef &&
        pull.baseRef === base,
    );
  if (twin) {
    throw unprocessable(
      'PullRequest',
      `A pull request already exists for ${ownerOf(github, from).login}:${headRef}.`,
    );
  }
  const pull: Pull = {
    id: github.nextId(),
    headRepositoryId: from.id,
    headRef,
    headSha,
    baseRef: base,
    baseSha,
    draft: draft ?? false,
    merged: false,
    mergedAt: null,
    mergedById: null,
    mergeCommitSha: null,
    maintainerCanModify: from.id !== repository.id && (maintainer_can_modify ?? true),
    requestedReviewers: [],
    requestedTeams: [],
    autoMerge: null,
    queued: null,
    queueEvents: [],
    stack: null,
    mergeRequests: [],
    reviews: [],
    reviewComments: [],
  };
  await fetchHead(repository, from, headSha);
  if ((await commitsBetween(repository.directory, baseSha, headSha)).length === 0)
    throw unprocessable('PullRequest', `No commits between ${base} and ${headRef}`);
  const text = { title, body: body ?? null, labels: [], assignees: [] };
  const issue = newIssue(github, repository, actor, text, pull);
  await keepHead(github, repository, issue);
  await emitPull(github, repository, issue, 'opened', accountOf(actor));
  return created(await pullJson(github, repository, issue));
}

/** A head is `branch`, or `owner:branch` for a fork. */
function headOf(call: RepositoryCall, head: string): [Repository | undefined, string] {
  const { github, repository } = call;
  const match = /^([^:]+):(.+)$/.exec(head);
  if (!match?.[1] || !match[2]) return [repository, head];
  const owner = findAccount(github, match[1]);
  if (owner?.id === repository.ownerId) return [repository, match[2]];
  const forks = [...github.world.repositories.values()];
  return [
    forks.find(fork => fork.ownerId === owner?.id && fork.forkOf === repository.id),
    match[2],
  ];
}

async function fetchHead(base: Repository, head: Repository, sha: string): Promise<void> {
  if (head.id !== base.id)
    await git(base.directory, ['fetch', '--quiet', '--no-tags', head.directory, sha]);
}

export async function getPull(call: RepositoryCall): Promise<Reply> {
  const issue = findPull(call);
  if (!/diff|patch/.test(call.accept)) {
    const viewer = call.actor.kind === 'anonymous' ? null : accountOf(call.actor).id;
    return ok(await pullJson(call.github, call.repository, issue, viewer));
  }
  const base = await currentBase(call.repository, issue.pull);
  const args = ['diff', '--no-color', `${base}...${issue.pull.headSha}`];
  const content = await git(call.repository.directory, args);
  return {
    status: 200,
    raw: { type: 'application/vnd.github.diff; charset=utf-8', content: `${content}\n` },
  };
}

export function listPulls(call: RepositoryCall): Reply {
  const { github, repository } = call;
  const { state = 'open', head, base, sort = 'created', direction } = call.query;
  const pulls = [...repository.issues.values()]
    .filter(isPullRequest)
    .filter(issue => state === 'all' || issue.state === state)
    .filter(issue => base === undefined || issue.pull.baseRef === base)
    .filter(issue => head === undefined || head === headLabel(call, issue));
  const key = (issue: PullRequest) =>
    sort === 'updated' ? issue.updatedAt : String(issue.number).padStart(9);
  pulls.sort((a, b) => key(a).localeCompare(key(b)));
  if ((direction ?? (sort === 'created' ? 'desc' : 'asc')) === 'desc') pulls.reverse();
  return paginate(call, pulls, page => page.map(issue => simplePull(github, repository, issue)));
}

function headLabel(call: RepositoryCall, issue: PullRequest): string {
  return `${ownerOf(call.github, headRepository(call.github, call.repository, issue)).login}:${issue.pull.headRef}`;
}

export async function listPullsOfCommit(call: RepositoryCall): Promise<Reply> {
  const sha = String(call.params.commit_sha);
  const found: PullRequest[] = [];
  for (const issue of call.repository.issues.values()) {
    if (!isPullRequest(issue)) continue;
    const { pull } = issue;
    const range =
      pull.merged && pull.mergeCommitSha === sha
        ? []
        : await commitsBetween(
            call.repository.directory,
            await currentBase(call.repository, pull),
            pull.headSha,
          );
    if (
      pull.headSha === sha ||
      pull.mergeCommitSha === sha ||
      range.some(commit => commit.sha === sha)
    )
      found.push(issue);
  }
  return paginate(call, found, page =>
    page.map(issue => simplePull(call.github, call.repository, issue)),
  );
}

export async function updatePull(call: RepositoryCall): Promise<Reply> {
  const { github, repository, body } = call;
  const issue = findPull(call);
  const sender = accountOf(call.actor);
  if (issue.userId !== sender.id && !actorHasRole(call, 'triage')) throw forbidden();
  checkBody('PullRequest', body.body);
  await editText(github, repository, issue, sender.id, {
    ...(typeof body.title === 'string' && { title: body.title }),
    ...(typeof body.body === 'string' && { body: body.body }),
  });
  if (typeof body.base === 'string' && body.base !== issue.pull.baseRef)
    await retarget(call, issue, body.base);
  if (body.state === 'open' || body.state === 'closed') {
    if (
      body.state === 'open' &&
      !(await branchTip(headRepository(github, repository, issue), issue.pull.headRef))
    ) {
      throw unprocessable('PullRequest', 'state cannot be changed. The head branch was deleted.');
    }
    if (body.state === 'open' && !(await branchTip(repository, issue.pull.baseRef)))
      throw unprocessable('PullRequest', 'state cannot be changed. The base branch was deleted.');
    await setState(github, repository, issue, body.state, sender.id);
  }
  return ok(await pullJson(github, repository, issue));
}

async function retarget(call: RepositoryCall, issue: PullRequest, base: string): Promise<void> {
  const sha = await branchTip(call.repository, base);
  if (!sha) throw unprocessable('PullRequest', { field: 'base', code: 'invalid' });
  const changes = {
    base: { ref: { from: issue.pull.baseRef }, sha: { from: issue.pull.baseSha } },
  };
  issue.pull.baseRef = base;
  issue.pull.baseSha = sha;
  const by = accountOf(call.actor);
  if (issue.pull.autoMerge)
    await disableAutoMerge(call.github, call.repository, issue, { by, reason: 'base changed' });
  await happened(call.github, call.repository, issue, 'edited', by.id, { changes });
}

export async function listFiles(call: RepositoryCall): Promise<Reply> {
  const { pull } = findPull(call);
  const files = await pullFiles(call.repository, pull);
  return paginate(call, files, page =>
    page.map(file => fileJson(call.github, call.repository, pull.headSha, file)),
  );
}

/** "Lists a maximum of 250 commits for a pull request." */
const MOST_COMMITS = 250;

export async function listCommits(call: RepositoryCall): Promise<Reply> {
  const { pull } = findPull(call);
  const base = await currentBase(call.repository, pull);
  const commits = await commitsBetween(call.repository.directory, base, pull.headSha);
  return paginate(call, commits.slice(0, MOST_COMMITS), page =>
    page.map(commit => commitJson(call.github, call.repository, commit)),
  );
}

export async function requestReviewers(call: RepositoryCall): Promise<Reply> {
  const { github, repository } = call;
  const issue = findPull(call);
  const { reviewers = [], team_reviewers = [] } = call.body as {
    reviewers?: string[];
    team_reviewers?: string[];
  };
  for (const login of reviewers) {
    const account = findAccount(github, login);
    if (!account || !roleOf(github, repository, account.id)) {
      throw unprocessable(
        'PullRequest',
        'Reviews may only be requested from collaborators. One or more of the users or teams you specified is not a collaborator of the repository.',
      );
    }
    if (account.id === issue.userId) {
      throw unprocessable('PullRequest', 'Review cannot be requested from pull request author.');
    }
    if (issue.pull.requestedReviewers.includes(account.id)) continue;
    issue.pull.requestedReviewers.push(account.id);
    const extra = { requested_reviewer: userById(github, account.id) };
    await happened(github, repository, issue, 'review_requested', accountOf(call.actor).id, extra);
  }
  for (const slug of team_reviewers) {
    const team = [...github.world.teams.values()].find(
      t => t.slug === slug && t.organizationId === repository.ownerId,
    );
    if (!team)
      throw unprocessable(
        'PullRequest',
        `Could not resolve to a team ${slug} of ${fullName(github, repository)}.`,
      );
    if (issue.pull.requestedTeams.includes(team.id)) continue;
    issue.pull.requestedTeams.push(team.id);
    const extra = { requested_team: simpleTeam(github, team) };
    await happened(github, repository, issue, 'review_requested', accountOf(call.actor).id, extra);
  }
  return created(simplePull(github, repository, issue));
}

export function listRequestedReviewers(call: RepositoryCall): Reply {
  const { pull } = findPull(call);
  const teams = pull.requestedTeams
    .map(id => call.github.world.teams.get(id))
    .filter(team => team !== undefined);
  return ok({
    users: pull.requestedReviewers.map(id => userById(call.github, id)),
    teams: teams.map(team => simpleTeam(call.github, team)),
  });
}
