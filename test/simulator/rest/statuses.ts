import { branchesWithHead } from '../git/branches.ts';
import { readCommit } from '../git/commits.ts';
import { userById } from '../present/account.ts';
import { commitJson } from '../present/commit.ts';
import { nodeId, page } from '../present/links.ts';
import { minimalRepository, repositoryUrl } from '../present/repository.ts';
import { emit } from '../webhooks/emit.ts';
import type { Account } from '../world/accounts.ts';
import { type CommitStatus, latestStatuses } from '../world/checks.ts';
import { fullName } from '../world/repositories.ts';
import { accountOf } from './actor.ts';
import { findCommit } from './addressed.ts';
import { autoMergeReady } from './auto-merge.ts';
import { created, type Reply, type RepositoryCall } from './call.ts';
import { advanceQueue } from './merge-queue.ts';
import { paginate } from './pagination.ts';

type Placed = Pick<RepositoryCall, 'github' | 'repository'>;

function statusJson({ github, repository }: Placed, status: CommitStatus) {
  return {
    url: `${repositoryUrl(github, repository)}/statuses/${status.sha}`,
    avatar_url: page(github, `/avatars/${status.creatorId}`),
    id: status.id,
    node_id: nodeId('SC', status.id),
    state: status.state,
    description: status.description,
    target_url: status.targetUrl,
    context: status.context,
    created_at: status.createdAt,
    updated_at: status.createdAt,
  };
}

export async function createStatus(call: RepositoryCall): Promise<Reply> {
  const body = call.body as {
    state: CommitStatus['state'];
    context?: string;
    description?: string | null;
    target_url?: string | null;
  };
  const sender = accountOf(call.actor);
  const status = await addStatus(call, sender, {
    sha: await findCommit(call, call.params.sha),
    context: body.context ?? 'default',
    state: body.state,
    description: body.description ?? null,
    targetUrl: body.target_url ?? null,
  });
  return created({ ...statusJson(call, status), creator: userById(call.github, sender.id) });
}

/** A status by a person or an App's bot, with what follows from it. */
export async function addStatus(
  at: Placed,
  sender: Account,
  given: Omit<CommitStatus, 'id' | 'creatorId' | 'createdAt'>,
): Promise<CommitStatus> {
  const { github, repository } = at;
  const status: CommitStatus = {
    ...given,
    id: github.nextId(),
    creatorId: sender.id,
    createdAt: github.timestamp(),
  };
  const { sha } = status;
  repository.statuses.push(status);
  const commit = commitJson(github, repository, await readCommit(repository.directory, sha));
  const url = repositoryUrl(github, repository);
  const branches = (await branchesWithHead(repository, sha)).map(name => ({
    name,
    commit: { sha, url: `${url}/commits/${sha}` },
    protected: repository.protections.has(name),
  }));
  const { url: _, node_id: __, avatar_url, ...rest } = statusJson(at, status);
  const name = fullName(github, repository);
  const payload = { ...rest, avatar_url, sha, name, commit, branches };
  emit(github, { event: 'status', repository, sender, payload });
  if (status.state === 'success') await autoMergeReady(github, repository);
  await advanceQueue(github, repository);
  return status;
}

export async function getCombinedStatus(call: RepositoryCall): Promise<Reply> {
  const { github, repository } = call;
  const sha = await findCommit(call);
  const statuses = latestStatuses(repository.statuses, sha);
  const failed = statuses.some(({ state }) => state === 'failure' || state === 'error');
  const waiting = !statuses.length || statuses.some(({ state }) => state === 'pending');
  const url = `${repositoryUrl(github, repository)}/commits/${sha}`;
  return paginate(call, statuses, page => ({
    state: failed ? 'failure' : waiting ? 'pending' : 'success',
    statuses: page.map(status => statusJson(call, status)),
    sha,
    total_count: statuses.length,
    repository: minimalRepository(github, repository),
    commit_url: url,
    url: `${url}/status`,
  }));
}

/** Newest first, the superseded ones too. */
export async function listStatuses(call: RepositoryCall): Promise<Reply> {
  const { github, repository } = call;
  const sha = await findCommit(call);
  const statuses = repository.statuses.filter(status => status.sha === sha).toReversed();
  return paginate(
    call,
    statuses.map(status => ({
      ...statusJson(call, status),
      creator: userById(github, status.creatorId),
    })),
  );
}
