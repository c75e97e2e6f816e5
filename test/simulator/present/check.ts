import { readCommit } from '../git/commits.ts';
import type { GitHub } from '../github.ts';
import { appById } from '../world/apps.ts';
import { type CheckRun, type CheckSuite, latestRuns, passed } from '../world/checks.ts';
import type { Repository } from '../world/repositories.ts';
import type { Json } from './account.ts';
import { integration } from './app.ts';
import { simpleCommit } from './commit.ts';
import { nodeId } from './links.ts';
import { pullsWithHead } from './pull.ts';
import { minimalRepository, repositoryPage, repositoryUrl } from './repository.ts';

export async function checkRunJson(
  github: GitHub,
  repository: Repository,
  run: CheckRun,
): Promise<Json> {
  const url = `${repositoryUrl(github, repository)}/check-runs/${run.id}`;
  const page = repositoryPage(github, repository);
  const html =
    run.log === null
      ? `${page}/runs/${run.id}`
      : `${page}/actions/runs/${workflowRunOf(repository, run)}/job/${run.id}`;
  const app = appById(github, run.appId);
  return {
    id: run.id,
    name: run.name,
    node_id: nodeId('CR', run.id),
    head_sha: run.headSha,
    external_id: run.externalId ?? '',
    url,
    html_url: html,
    details_url: run.detailsUrl ?? html,
    status: run.status,
    conclusion: run.conclusion,
    started_at: run.startedAt,
    completed_at: run.completedAt,
    output: {
      title: run.title,
      summary: run.summary,
      text: run.text,
      annotations_count: run.annotations.length,
      annotations_url: `${url}/annotations`,
    },
    check_suite: { id: run.suiteId },
    app: integration(github, app),
    pull_requests: await pullsWithHead(github, repository, run.headSha),
  };
}

export function suiteState(repository: Repository, suite: CheckSuite) {
  const runs = latestRuns(repository.checkRuns, suite.headSha).filter(
    run => run.suiteId === suite.id,
  );
  const completed =
    !suite.rerequested && runs.length > 0 && runs.every(run => run.status === 'completed');
  const worst = runs.find(run => !passed(run));
  const status = completed
    ? 'completed'
    : runs.some(run => run.status === 'in_progress')
      ? 'in_progress'
      : 'queued';
  return { runs, status, conclusion: completed ? (worst?.conclusion ?? 'success') : null };
}

export async function checkSuiteJson(
  github: GitHub,
  repository: Repository,
  suite: CheckSuite,
): Promise<Json> {
  const { runs, status, conclusion } = suiteState(repository, suite);
  const url = `${repositoryUrl(github, repository)}/check-suites/${suite.id}`;
  const app = appById(github, suite.appId);
  return {
    id: suite.id,
    node_id: nodeId('CS', suite.id),
    head_branch: suite.headBranch,
    head_sha: suite.headSha,
    status,
    conclusion,
    url,
    before: null,
    after: suite.headSha,
    pull_requests: await pullsWithHead(github, repository, suite.headSha),
    app: integration(github, app),
    created_at: suite.createdAt,
    updated_at: suite.updatedAt,
    rerequestable: true,
    runs_rerequestable: true,
    latest_check_runs_count: runs.length,
    check_runs_url: `${url}/check-runs`,
    head_commit: simpleCommit(await readCommit(repository.directory, suite.headSha)),
    repository: minimalRepository(github, repository),
  };
}

/** The run of a workflow whose job it is; what is reported without one is a run of its suite's number. */
export const workflowRunOf = ({ workflowRuns }: Repository, { suiteId }: CheckRun): number =>
  workflowRuns.find(run => run.suiteId === suiteId)?.id ?? suiteId;

/** The Actions job behind a check run: both have one id. */
export function jobJson(github: GitHub, repository: Repository, run: CheckRun): Json {
  const url = repositoryUrl(github, repository);
  const page = repositoryPage(github, repository);
  const suite = repository.checkSuites.find(candidate => candidate.id === run.suiteId);
  const runId = workflowRunOf(repository, run);
  return {
    id: run.id,
    run_id: runId,
    run_url: `${url}/actions/runs/${runId}`,
    run_attempt: 1,
    node_id: nodeId('CR', run.id),
    head_sha: run.headSha,
    url: `${url}/actions/jobs/${run.id}`,
    html_url: `${page}/actions/runs/${runId}/job/${run.id}`,
    status: run.status,
    conclusion: run.conclusion,
    created_at: run.startedAt ?? github.timestamp(),
    started_at: run.startedAt ?? github.timestamp(),
    completed_at: run.completedAt,
    name: run.name,
    steps: [],
    check_run_url: `${url}/check-runs/${run.id}`,
    labels: ['ubuntu-latest'],
    runner_id: 1,
    runner_name: 'local runner',
    runner_group_id: 1,
    runner_group_name: 'Default',
    workflow_name: 'CI',
    head_branch: suite?.headBranch ?? null,
  };
}
