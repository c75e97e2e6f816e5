/** Runs of workflows: what Actions did at a commit, and why it began. */
import { readCommit } from '../git/commits.ts';
import { repositoryPage, repositoryUrl } from '../present/repository.ts';
import { workflowRunJson } from '../present/workflow-run.ts';
import { addWorkflowRun, type WorkflowRun } from '../world/workflow-runs.ts';
import { accountOf } from './actor.ts';
import { findCommit } from './addressed.ts';
import { NO_CONTENT, ok, type Reply, type RepositoryCall } from './call.ts';
import { notFound } from './errors.ts';
import { paginate } from './pagination.ts';

/** The workflow has to stand on the branch; whether it takes these inputs is not looked at here. */
export async function dispatchWorkflow(call: RepositoryCall): Promise<Reply> {
  const { github, repository, actor } = call;
  const body = call.body as {
    ref: string;
    inputs?: Record<string, unknown>;
    return_run_details?: boolean;
  };
  const sha = await findCommit(call, body.ref);
  const path = `.github/workflows/${call.params.workflow_id}`;
  const run = addWorkflowRun(
    github,
    repository,
    { path, event: 'workflow_dispatch', branch: body.ref, sha, inputs: body.inputs ?? {} },
    accountOf(actor),
  );
  if (!body.return_run_details || !github.world.tellsDispatchedRun) return NO_CONTENT;
  return ok({
    workflow_run_id: run.id,
    run_url: `${repositoryUrl(github, repository)}/actions/runs/${run.id}`,
    html_url: `${repositoryPage(github, repository)}/actions/runs/${run.id}`,
  });
}

export function findRun(call: RepositoryCall): WorkflowRun {
  const found = call.repository.workflowRuns.find(({ id }) => id === Number(call.params.run_id));
  if (!found) throw notFound();
  return found;
}

export async function getWorkflowRun(call: RepositoryCall): Promise<Reply> {
  const run = findRun(call);
  const commit = await readCommit(call.repository.directory, run.sha);
  return ok(workflowRunJson(call.github, call.repository, run, commit));
}

export const listRunsOfWorkflow = (call: RepositoryCall): Promise<Reply> =>
  replyRuns(call, run => run.path === `.github/workflows/${call.params.workflow_id}`);

export const listRuns = (call: RepositoryCall): Promise<Reply> => replyRuns(call, () => true);

/** Of a search no more than these are listed, the latest first. */
const MOST_FOUND = 1_000;

async function replyRuns(
  call: RepositoryCall,
  isWanted: (run: WorkflowRun) => boolean,
): Promise<Reply> {
  const { github, repository, query } = call;
  const asked: [wanted: unknown, of: (run: WorkflowRun) => unknown][] = [
    [query.event, run => run.event],
    [query.head_sha, run => run.sha],
    [query.branch, run => run.branch],
    [query.check_suite_id, run => run.suiteId],
  ];
  const { status } = query;
  const found = repository.workflowRuns
    .filter(isWanted)
    .filter(run => asked.every(([wanted, of]) => wanted === undefined || of(run) === wanted))
    .filter(run => status === undefined || run.status === status || run.conclusion === status)
    .toReversed();
  const runs = found.slice(0, MOST_FOUND);
  const reply = paginate(call, runs, page => ({ total_count: found.length, page }));
  const { total_count, page } = reply.body as { total_count: number; page: WorkflowRun[] };
  const workflow_runs = await Promise.all(
    page.map(async run =>
      workflowRunJson(github, repository, run, await readCommit(repository.directory, run.sha)),
    ),
  );
  return { ...reply, body: { total_count, workflow_runs } };
}
