/** How far a deployment is, by its last status or by the run of its workflow, with the end of its log. */
import type { Repository } from '../../../core/actor.ts';
import { redact } from '../../../core/redaction/redact.ts';
import type { DeploymentSeen } from '../../../core/task/decide/command.ts';
import type { Deployed } from '../../../core/task/state/deployment.ts';
import { withoutTerminalSequences } from '../../../core/text/terminal-text.ts';
import type { Clients } from '../client/client.ts';
import { orNull } from '../client/failure.ts';
import { repositoryPath } from '../client/repository-path.ts';
import { readCheckOutput } from './check-output.ts';

/** Lines and characters of a failed job's log that are told. */
const TAIL = { lines: 15, characters: 1_500 };

export async function readDeployment(
  clients: Clients,
  repository: Repository,
  { deployment, workflowRun, commit }: Pick<Deployed, 'deployment' | 'workflowRun' | 'commit'>,
): Promise<DeploymentSeen> {
  if (workflowRun !== null) return readRun(clients, repository, workflowRun, commit);
  if (deployment !== null) return readStatus(clients, repository, deployment, commit);
  throw new Error('the deployment has neither a number nor a run');
}

/** Whether the run of a workflow began because this App deployed something. */
export async function isRunOfOurs(
  clients: Clients,
  repository: Repository,
  { run, bot }: { run: number; bot: number },
): Promise<boolean> {
  const path = { ...repositoryPath(repository), run_id: run };
  const found = await orNull(clients(repository, 'facts').rest.actions.getWorkflowRun(path));
  return found?.data.event === 'deployment' && found.data.actor?.id === bot;
}

/** What somebody else deployed of this commit to this environment, the last of it; null: nothing. */
export async function readPreview(
  clients: Clients,
  repository: Repository,
  { commit, environment }: { commit: string; environment: string },
): Promise<DeploymentSeen | null> {
  const { rest } = clients(repository, 'facts');
  const found = { ...repositoryPath(repository), sha: commit, environment, per_page: 1 };
  const { data } = await rest.repos.listDeployments(found);
  const [last] = data;
  return last ? readStatus(clients, repository, last.id, commit) : null;
}

const NOTHING = { detail: '', link: null, address: null };

async function readStatus(
  clients: Clients,
  repository: Repository,
  deployment: number,
  commit: string,
): Promise<DeploymentSeen> {
  const client = clients(repository, 'facts');
  const { data } = await client.rest.repos.listDeploymentStatuses({
    ...repositoryPath(repository),
    deployment_id: deployment,
    per_page: 1,
  });
  const [last] = data;
  if (!last) return { ...NOTHING, state: 'waiting' };
  const { description, log_url, target_url, environment_url } = last;
  const link = log_url || target_url || null;
  const state = stateOf(last.state);
  const log = state === 'failure' ? await logBehind(clients, repository, link, commit) : '';
  const detail = [oneOf(description), log].filter(text => text !== '').join('\n');
  return { state, detail, link, address: environment_url || null };
}

/** What is inactive was there, and was taken down by a later one. */
function stateOf(state: string): DeploymentSeen['state'] {
  if (state === 'success' || state === 'inactive') return 'success';
  return state === 'failure' || state === 'error' ? 'failure' : 'waiting';
}

async function readRun(
  clients: Clients,
  repository: Repository,
  id: number,
  commit: string,
): Promise<DeploymentSeen> {
  const client = clients(repository, 'facts');
  const { data } = await client.rest.actions.getWorkflowRun({
    ...repositoryPath(repository),
    run_id: id,
  });
  const link = data.html_url;
  if (data.status !== 'completed')
    return { state: 'waiting', detail: data.status ?? '', link, address: null };
  if (data.conclusion === 'success') return { ...NOTHING, state: 'success', link };
  const log = await logOfRun(clients, repository, id, commit);
  const detail = [`The workflow ended with ${data.conclusion}.`, log].filter(text => text !== '');
  return { state: 'failure', detail: detail.join('\n'), link, address: null };
}

/** Many deployments are jobs of Actions, and link to theirs. */
async function logBehind(
  clients: Clients,
  repository: Repository,
  link: string | null,
  commit: string,
): Promise<string> {
  const [, run, job] = /\/actions\/runs\/(\d{1,18})(?:\/jobs?\/(\d{1,18}))?/.exec(link ?? '') ?? [];
  if (job !== undefined) return logOfJob(clients, repository, Number(job), commit);
  if (run === undefined) return '';
  return logOfRun(clients, repository, Number(run), commit);
}

async function logOfRun(
  clients: Clients,
  repository: Repository,
  run_id: number,
  commit: string,
): Promise<string> {
  const { rest } = clients(repository, 'facts');
  const path = repositoryPath(repository);
  const found = await orNull(
    rest.actions.listJobsForWorkflowRun({ ...path, run_id, per_page: 100 }),
  );
  const failed = found?.data.jobs.find(({ conclusion }) => conclusion === 'failure');
  return failed ? logOfJob(clients, repository, failed.id, commit) : '';
}

/** A job is a check run of the same id. */
async function logOfJob(
  clients: Clients,
  repository: Repository,
  id: number,
  head: string,
): Promise<string> {
  const check = { id, head, reportedAs: 'check_run' as const };
  const output = await orNull(readCheckOutput(clients, repository, check));
  if (output === null) return '';
  const lines = output.text.trimEnd().split('\n').slice(-TAIL.lines).join('\n');
  return `${output.name}: ${lines.slice(-TAIL.characters)}`;
}

const oneOf = (text: string | null | undefined): string =>
  redact(withoutTerminalSequences(text ?? '')).slice(0, 300);
