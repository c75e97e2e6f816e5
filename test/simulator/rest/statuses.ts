import { branchesWithHead } from '../git/branches.ts';
import { readCommit } from '../git/commits.ts';
import { userById } from '../present/account.ts';
import { commitJson } from '../present/commit.ts';
import { nodeId, page } from '../present/links.ts';
import { minimalRepository, repositoryUrl } from '../present/repository.ts';
import { emit } from '../webhooks/emit.ts';
import { type CommitStatus, latestStatuses } from '../world/checks.ts';
import { accountOf } from './actor.ts';
import { findCommit } from './addressed.ts';
import { created, type Reply, type RepositoryCall } from './call.ts';
import { autoMergeReady } from './merge.ts';
import { paginate } from './pagination.ts';

function statusJson(call: RepositoryCall, status: CommitStatus) {
  return {
    url: `${repositoryUrl(call.github, call.repository)}/statuses/${status.sha}`,
    avatar_url: page(call.github, `/avatars/${status.creatorId}`),
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
  const { github, repository } = call;
  const body = call.body as {
    state: CommitStatus['state'];
    context?: string;
    description?: string | null;
    target_url?: string | null;
  };
  const sender = accountOf(call.actor);
  const sha = await findCommit(call, call.params.sha);
  const status: CommitStatus = {
    id: github.nextId(),
    sha,
    context: body.context ?? 'default',
    state: body.state,
    description: body.description ?? null,
    targetUrl: body.target_url ?? null,
    creatorId: sender.id,
    createdAt: github.timestamp(),
  };
  repository.statuses.push(status);
  const commit = commitJson(github, repository, await readCommit(repository.directory, sha));
  const url = repositoryUrl(github, repository);
  const branches = (await branchesWithHead(repository, sha)).map(name => ({
    name,
    commit: { sha, url: `${url}/commits/${sha}` },
    protected: repository.protections.has(name),
  }));
  const { url: _, node_id: __, avatar_url, ...rest } = statusJson(call, status);
  const payload = {
    ...rest,
    avatar_url,
    sha,
    name: `${call.params.owner}/${repository.name}`,
    commit,
    branches,
  };
  emit(github, { event: 'status', repository, sender, payload });
  if (status.state === 'success') await autoMergeReady(github, repository);
  return created({ ...statusJson(call, status), creator: userById(github, sender.id) });
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
