/**
 * Which workflow filled a suite, and for which event: of GitHub Actions each start has a suite of its own,
 * so that a label or a reopened pull request has the same jobs stand there twice.
 */
import type { Repository } from '../../../core/actor.ts';
import { GitHubFailure } from '../../../engine/ports/github.ts';
import type { Client } from '../client.ts';
import { repositoryPath } from '../repository-path.ts';

/** By the suite's id. Where it can't be read, nothing is known to have been replaced. */
export async function readWorkflows(
  { rest }: Client,
  repository: Repository,
  head_sha: string,
): Promise<ReadonlyMap<number, string>> {
  const at = { ...repositoryPath(repository), head_sha, per_page: 100 };
  const asked = rest.actions.listWorkflowRunsForRepo(at);
  const found = await asked.catch((error: unknown) => {
    if (error instanceof GitHubFailure && error.lasting) return null;
    throw error;
  });
  return new Map(
    found?.data.workflow_runs.flatMap(({ check_suite_id: suite, workflow_id, event }) =>
      suite === undefined ? [] : [[suite, `workflow ${workflow_id} ${event}`] as const],
    ),
  );
}
