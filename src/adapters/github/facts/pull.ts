/** A pull request as it stands now, with what others report on its head. */
import type { Repository } from '../../../core/actor.ts';
import type { PullFacts } from '../../../engine/ports/github.ts';
import type { Clients } from '../client.ts';
import { repositoryPath } from '../repository-path.ts';
import type { AppIdentity } from '../triggers/origin.ts';
import { readChecks } from './checks.ts';

export async function readPull(
  clients: Clients,
  app: AppIdentity,
  repository: Repository,
  number: number,
): Promise<PullFacts> {
  const octokit = clients(repository, 'facts');
  const path = repositoryPath(repository);
  const { data: pull } = await octokit.rest.pulls.get({ ...path, pull_number: number });
  const { checks, forged } = await readChecks(octokit, app, path, pull.head.sha);
  return {
    number: pull.number,
    state: pull.state === 'closed' ? 'closed' : 'open',
    merged: pull.merged,
    mergeCommit: pull.merged ? pull.merge_commit_sha : null,
    mergedByUs: pull.merged && pull.merged_by?.id === app.botUserId,
    draft: Boolean(pull.draft),
    locked: pull.locked,
    conflicts: pull.mergeable_state === 'dirty',
    head: { ref: pull.head.ref, sha: pull.head.sha, repositoryId: pull.head.repo?.id ?? null },
    base: { ref: pull.base.ref, sha: pull.base.sha },
    forged,
    checks,
  };
}
