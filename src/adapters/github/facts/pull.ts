/** A pull request as it stands now, with the checks that are not green. */
import type { Repository } from '../../../core/actor.ts';
import { isForged } from '../../../core/approvals/own-check.ts';
import type { PullFacts } from '../../../engine/ports/github.ts';
import type { Clients } from '../client.ts';
import { repositoryPath } from '../repository-path.ts';
import type { AppIdentity } from '../triggers/origin.ts';

const GREEN: ReadonlySet<string | null> = new Set(['success', 'neutral', 'skipped']);

export async function readPull(
  clients: Clients,
  app: AppIdentity,
  repository: Repository,
  number: number,
): Promise<PullFacts> {
  const octokit = clients(repository, 'facts');
  const path = repositoryPath(repository);
  const { data: pull } = await octokit.rest.pulls.get({ ...path, pull_number: number });
  const runs = await octokit.paginate(octokit.rest.checks.listForRef, {
    ...path,
    ref: pull.head.sha,
    filter: 'latest',
    per_page: 100,
  });
  return {
    number: pull.number,
    state: pull.state === 'closed' ? 'closed' : 'open',
    merged: pull.merged,
    mergeCommit: pull.merged ? pull.merge_commit_sha : null,
    draft: Boolean(pull.draft),
    head: { ref: pull.head.ref, sha: pull.head.sha, repositoryId: pull.head.repo?.id ?? null },
    base: { ref: pull.base.ref, sha: pull.base.sha },
    forged: runs
      .filter(run => isForged(run, app.id))
      .map(({ id, name, app: by }) => ({
        check: id,
        name,
        app: by?.slug ?? '',
      })),
    checks: runs
      .filter(run => run.app?.id !== app.id && !isForged(run, app.id))
      .filter(run => run.status !== 'completed' || !GREEN.has(run.conclusion))
      .map(({ name, status, conclusion, app: by }) => ({
        name,
        app: by?.slug ?? '',
        status,
        conclusion,
      })),
  };
}
