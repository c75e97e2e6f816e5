import { branchesWithHead } from '../git/branches.ts';
import { resolveCommit } from '../git/command.ts';
import { checkRunJson, checkSuiteJson } from '../present/check.ts';
import { repositoryPage } from '../present/repository.ts';
import { appById } from '../world/apps.ts';
import { type CheckRun, type CheckSuite, latestRuns } from '../world/checks.ts';
import type { Repository } from '../world/repositories.ts';
import { accountOf } from './actor.ts';
import { findCheckRun, findCommit } from './addressed.ts';
import { created, ok, type Reply, type RepositoryCall } from './call.ts';
import {
  applyFields,
  type CheckFields,
  checkFields,
  checksChanged,
  emitCheckRun,
  runCompleted,
} from './check-state.ts';
import { forbidden, notFound, refusal, unprocessable } from './errors.ts';
import { paginate } from './pagination.ts';
import { emitSuite, ensureSuite } from './suites.ts';

export async function createCheckRun(call: RepositoryCall): Promise<Reply> {
  const { github, repository, actor } = call;
  if (actor.kind !== 'installation') throw forbidden('You must authenticate via a GitHub App.');
  const fields = call.body as CheckFields & { readonly head_sha?: string };
  checkFields(fields);
  const sha = await resolveCommit(repository.directory, fields.head_sha ?? '');
  if (!sha || sha !== fields.head_sha)
    throw unprocessable('CheckRun', `No commit found for SHA: ${fields.head_sha}`);
  const [branch] = await branchesWithHead(repository, sha);
  const suite = ensureSuite(github, repository, actor.app.id, sha, branch ?? null);
  const run = newRun(github.nextId(), suite.id, actor.app.id, sha, String(fields.name));
  applyFields(github, run, fields);
  suite.rerequested = false;
  repository.checkRuns.push(run);
  await emitCheckRun(github, repository, run, 'created', actor.app.botUser);
  if (run.status === 'completed') await runCompleted(github, repository, run);
  return created(await checkRunJson(github, repository, run));
}

function suiteOf({ checkSuites }: Repository, run: CheckRun): CheckSuite {
  const suite = checkSuites.find(({ id }) => id === run.suiteId);
  if (!suite) throw new Error(`check run ${run.id} has no suite`);
  return suite;
}

export function newRun(
  id: number,
  suiteId: number,
  appId: number,
  headSha: string,
  name: string,
): CheckRun {
  return {
    id,
    suiteId,
    appId,
    headSha,
    name,
    status: 'queued',
    conclusion: null,
    startedAt: null,
    completedAt: null,
    externalId: null,
    detailsUrl: null,
    title: null,
    summary: null,
    text: null,
    annotations: [],
    actions: [],
    log: null,
  };
}

export async function updateCheckRun(call: RepositoryCall): Promise<Reply> {
  const { github, repository, actor } = call;
  const run = findCheckRun(call);
  // A check belongs to the App that made it.
  if (actor.kind !== 'installation' || actor.app.id !== run.appId)
    throw forbidden('Invalid app_id `check_run` - check run is owned by another app');
  const fields = call.body as CheckFields;
  checkFields(fields);
  const before = run.status;
  applyFields(github, run, fields);
  suiteOf(repository, run).rerequested = false;
  if (run.status === 'completed' && before !== 'completed')
    await runCompleted(github, repository, run);
  else await checksChanged(github, repository);
  return ok(await checkRunJson(github, repository, run));
}

export async function getCheckRun(call: RepositoryCall): Promise<Reply> {
  return ok(await checkRunJson(call.github, call.repository, findCheckRun(call)));
}

export async function listCheckRuns(call: RepositoryCall): Promise<Reply> {
  const sha = await findCommit(call);
  const { filter = 'latest' } = call.query;
  const { checkRuns } = call.repository;
  const runs =
    filter === 'all' ? checkRuns.filter(run => run.headSha === sha) : latestRuns(checkRuns, sha);
  return replyRuns(call, runs);
}

export function listSuiteRuns(call: RepositoryCall): Promise<Reply> {
  const suiteId = Number(call.params.check_suite_id);
  return replyRuns(
    call,
    call.repository.checkRuns.filter(run => run.suiteId === suiteId),
  );
}

async function replyRuns(call: RepositoryCall, runs: readonly CheckRun[]): Promise<Reply> {
  const { check_name, status, app_id } = call.query;
  const wanted = runs
    .filter(run => check_name === undefined || run.name === check_name)
    .filter(run => status === undefined || run.status === status)
    .filter(run => app_id === undefined || run.appId === app_id);
  const json = await Promise.all(
    wanted.map(run => checkRunJson(call.github, call.repository, run)),
  );
  return paginate(call, json, check_runs => ({ total_count: json.length, check_runs }));
}

export function listAnnotations(call: RepositoryCall): Reply {
  const run = findCheckRun(call);
  const page = repositoryPage(call.github, call.repository);
  return paginate(call, run.annotations, annotations =>
    annotations.map(annotation => ({
      path: annotation.path,
      start_line: annotation.start_line,
      end_line: annotation.end_line,
      start_column: annotation.start_column ?? null,
      end_column: annotation.end_column ?? null,
      annotation_level: annotation.annotation_level,
      title: annotation.title ?? null,
      message: annotation.message,
      raw_details: annotation.raw_details ?? null,
      blob_href: `${page}/blob/${run.headSha}/${annotation.path}`,
    })),
  );
}

export async function listSuites(call: RepositoryCall): Promise<Reply> {
  const sha = await findCommit(call);
  const { app_id } = call.query;
  const suites = call.repository.checkSuites.filter(
    suite => suite.headSha === sha && (app_id === undefined || suite.appId === app_id),
  );
  const json = await Promise.all(
    suites.map(suite => checkSuiteJson(call.github, call.repository, suite)),
  );
  return paginate(call, json, check_suites => ({ total_count: json.length, check_suites }));
}

export async function getSuite(call: RepositoryCall): Promise<Reply> {
  const suite = call.repository.checkSuites.find(
    candidate => candidate.id === Number(call.params.check_suite_id),
  );
  if (!suite) throw notFound();
  return ok(await checkSuiteJson(call.github, call.repository, suite));
}

export async function rerequestRun(call: RepositoryCall): Promise<Reply> {
  const run = findCheckRun(call);
  if (run.status !== 'completed') throw refusal(422, 'This check run is not rerequestable');
  // The run itself stays as it was.
  suiteOf(call.repository, run).rerequested = true;
  await emitCheckRun(call.github, call.repository, run, 'rerequested', accountOf(call.actor));
  return created({});
}

/** Re-run all: the App of the suite is asked for each of its checks. */
export async function rerequestSuite(call: RepositoryCall): Promise<Reply> {
  const suite = call.repository.checkSuites.find(
    candidate => candidate.id === Number(call.params.check_suite_id),
  );
  if (!suite) throw notFound();
  suite.rerequested = true;
  const by = accountOf(call.actor);
  await emitSuite(call.github, call.repository, suite, 'rerequested', by, suite.appId);
  return created({});
}

/** A person presses one of the buttons that a check offers. */
export async function requestAction(
  call: Pick<RepositoryCall, 'github' | 'repository' | 'actor'>,
  run: CheckRun,
  identifier: string,
): Promise<void> {
  const action = run.actions.find(candidate => candidate.identifier === identifier);
  if (!action)
    throw new Error(
      `${appById(call.github, run.appId).slug} offers no action ${identifier} on ${run.name}`,
    );
  const extra = { requested_action: { identifier } };
  await emitCheckRun(
    call.github,
    call.repository,
    run,
    'requested_action',
    accountOf(call.actor),
    extra,
  );
}
