import { readCommit } from '../git/commits.ts';
import type { GitHub } from '../github.ts';
import { suiteState } from '../present/check.ts';
import { workflowRunJson } from '../present/workflow-run.ts';
import { addSuite } from '../rest/suites.ts';
import { emit } from '../webhooks/emit.ts';
import type { Account } from './accounts.ts';
import type { CheckRun, Conclusion } from './checks.ts';
import { ciApp, type ReportedCheck, reportCheckRun } from './ci.ts';
import type { Repository } from './repositories.ts';

/** A workflow of Actions at work, for the event that started it. */
export interface WorkflowRun {
  readonly id: number;
  readonly path: string;
  readonly event: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly branch: string;
  readonly sha: string;
  readonly actorId: number;
  readonly suiteId: number;
  status: 'queued' | 'in_progress' | 'waiting' | 'completed';
  conclusion: Conclusion | null;
  readonly createdAt: string;
  /** What the workflow's `run-name` makes of it. */
  title: string;
  /** What Apps said of its gates, in order. */
  readonly gates: { environment: string; state: string | null; comment: string | null }[];
}

/** It begins; its jobs stand in a suite of its own. */
export function addWorkflowRun(
  github: GitHub,
  repository: Repository,
  given: Pick<WorkflowRun, 'path' | 'event' | 'branch' | 'sha'> & Partial<WorkflowRun>,
  sender: Account,
): WorkflowRun {
  const { id: appId } = ciApp(github, 'github-actions');
  const suite = { appId, headSha: given.sha, headBranch: given.branch };
  const run: WorkflowRun = {
    inputs: {},
    status: 'queued',
    conclusion: null,
    title: given.path,
    ...given,
    id: github.nextId(),
    suiteId: addSuite(github, repository, suite).id,
    actorId: sender.id,
    createdAt: github.timestamp(),
    gates: [],
  };
  repository.workflowRuns.push(run);
  return run;
}

/** The run has ended, or goes on. */
export async function reportWorkflowRun(
  github: GitHub,
  repository: Repository,
  run: WorkflowRun,
  said: Pick<WorkflowRun, 'status' | 'conclusion'>,
  sender: Account,
): Promise<void> {
  Object.assign(run, said);
  if (run.status !== 'completed') return;
  const commit = await readCommit(repository.directory, run.sha);
  emit(github, {
    event: 'workflow_run',
    action: 'completed',
    repository,
    sender,
    payload: {
      workflow: null,
      workflow_run: workflowRunJson(github, repository, run, commit),
    },
  });
}

/** A job of the run speaks by a check run in its suite; the run ends with the last of them. */
export async function reportJob(
  github: GitHub,
  repository: Repository,
  run: WorkflowRun,
  check: Omit<ReportedCheck, 'headSha' | 'appSlug' | 'suiteId'>,
): Promise<CheckRun> {
  const { sha: headSha, suiteId } = run;
  const job = { ...check, headSha, appSlug: 'github-actions', suiteId };
  const reported = await reportCheckRun(github, repository, job);
  const suite = repository.checkSuites.find(({ id }) => id === suiteId);
  const ended = suite && suiteState(repository, suite);
  if (ended?.status === 'completed') {
    const { conclusion } = ended;
    const by = ciApp(github, 'github-actions').botUser;
    await reportWorkflowRun(github, repository, run, { status: 'completed', conclusion }, by);
  }
  return reported;
}
