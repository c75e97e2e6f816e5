import type { CommitInfo } from '../git/commits.ts';
import type { GitHub } from '../github.ts';
import type { Repository } from '../world/repositories.ts';
import type { WorkflowRun } from '../world/workflow-runs.ts';
import { type Json, userById } from './account.ts';
import { simpleCommit } from './commit.ts';
import { nodeId } from './links.ts';
import { minimalRepository, repositoryPage, repositoryUrl } from './repository.ts';

/** All runs of a workflow name it by the same number: that of its first run. */
const workflowOf = ({ workflowRuns }: Repository, path: string): number =>
  workflowRuns.find(run => run.path === path)?.id ?? 0;

export function workflowRunJson(
  github: GitHub,
  repository: Repository,
  run: WorkflowRun,
  commit: CommitInfo,
): Json {
  const home = repositoryUrl(github, repository);
  const url = `${home}/actions/runs/${run.id}`;
  const actor = userById(github, run.actorId);
  const place = minimalRepository(github, repository);
  const workflow = workflowOf(repository, run.path);
  return {
    id: run.id,
    name: run.path,
    node_id: nodeId('WFR', run.id),
    head_branch: run.branch,
    head_sha: run.sha,
    path: run.path,
    display_title: run.title,
    run_number: 1,
    event: run.event,
    status: run.status,
    conclusion: run.conclusion,
    workflow_id: workflow,
    check_suite_id: run.suiteId,
    check_suite_node_id: nodeId('CS', run.suiteId),
    url,
    html_url: `${repositoryPage(github, repository)}/actions/runs/${run.id}`,
    pull_requests: [],
    created_at: run.createdAt,
    updated_at: run.createdAt,
    actor,
    triggering_actor: actor,
    run_attempt: 1,
    run_started_at: run.createdAt,
    jobs_url: `${url}/jobs`,
    logs_url: `${url}/logs`,
    check_suite_url: `${home}/check-suites/${run.suiteId}`,
    artifacts_url: `${url}/artifacts`,
    cancel_url: `${url}/cancel`,
    rerun_url: `${url}/rerun`,
    previous_attempt_url: null,
    workflow_url: `${home}/actions/workflows/${workflow}`,
    head_commit: simpleCommit(commit),
    repository: place,
    head_repository: place,
  };
}
