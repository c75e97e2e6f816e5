import type { GitHub } from '../github.ts';
import { checkRunJson, checkSuiteJson } from '../present/check.ts';
import { emit } from '../webhooks/emit.ts';
import type { Account } from '../world/accounts.ts';
import { appById } from '../world/apps.ts';
import type { Annotation, CheckAction, CheckRun, Conclusion } from '../world/checks.ts';
import type { Repository } from '../world/repositories.ts';
import { autoMergeReady } from './auto-merge.ts';
import { unprocessable } from './errors.ts';
import { advanceQueue } from './merge-queue.ts';
import { completeSuite } from './suites.ts';

const LONGEST_TEXT = 65_535;
const MOST_ANNOTATIONS = 50;
const MOST_ACTIONS = 3;
const LONGEST_ACTION = { label: 20, description: 40, identifier: 20 } as const;

/** The fields of a request to create or update a check run. */
export interface CheckFields {
  readonly name?: string;
  readonly status?: CheckRun['status'];
  readonly conclusion?: Conclusion;
  readonly started_at?: string;
  readonly completed_at?: string;
  readonly external_id?: string;
  readonly details_url?: string;
  readonly output?: {
    readonly title?: string;
    readonly summary?: string;
    readonly text?: string;
    readonly annotations?: readonly Annotation[];
  };
  readonly actions?: readonly CheckAction[];
}

/** Limits that GitHub enforces and its description does not state. */
export function checkFields(fields: CheckFields): void {
  const problems: string[] = [];
  if (fields.status === 'completed' && !fields.conclusion)
    problems.push('conclusion is required when status is completed');
  for (const key of ['summary', 'text'] as const) {
    const length = fields.output?.[key]?.length ?? 0;
    if (length > LONGEST_TEXT)
      problems.push(`output.${key} exceeds a maximum of ${LONGEST_TEXT} characters`);
  }
  if ((fields.output?.annotations?.length ?? 0) > MOST_ANNOTATIONS) {
    problems.push(`output.annotations exceeds a maximum quantity of ${MOST_ANNOTATIONS}`);
  }
  if ((fields.actions?.length ?? 0) > MOST_ACTIONS)
    problems.push(`actions exceeds a maximum quantity of ${MOST_ACTIONS}`);
  for (const action of fields.actions ?? []) {
    for (const [key, longest] of Object.entries(LONGEST_ACTION)) {
      const length = action[key as keyof CheckAction].length;
      if (length > longest)
        problems.push(`actions.${key} exceeds a maximum of ${longest} characters`);
    }
  }
  if (problems.length) throw unprocessable('CheckRun', ...problems);
}

/** Applies what was sent; annotations are added to those already there. */
export function applyFields(github: GitHub, run: CheckRun, fields: CheckFields): void {
  if (fields.name !== undefined) run.name = fields.name;
  if (fields.external_id !== undefined) run.externalId = fields.external_id;
  if (fields.details_url !== undefined) run.detailsUrl = fields.details_url;
  if (fields.actions !== undefined) run.actions = fields.actions;
  if (fields.output) {
    if (fields.output.title !== undefined) run.title = fields.output.title;
    if (fields.output.summary !== undefined) run.summary = fields.output.summary;
    if (fields.output.text !== undefined) run.text = fields.output.text;
    run.annotations.push(...(fields.output.annotations ?? []));
  }
  const status = fields.conclusion ? 'completed' : fields.status;
  if (status) run.status = status;
  if (status && status !== 'completed') run.conclusion = null;
  if (fields.conclusion) run.conclusion = fields.conclusion;
  run.startedAt = fields.started_at ?? run.startedAt ?? github.timestamp();
  run.completedAt =
    run.status === 'completed'
      ? (fields.completed_at ?? run.completedAt ?? github.timestamp())
      : null;
}

export async function emitCheckRun(
  github: GitHub,
  repository: Repository,
  run: CheckRun,
  action: 'created' | 'completed' | 'rerequested' | 'requested_action',
  sender: Account,
  extra: Record<string, unknown> = {},
): Promise<void> {
  const suite = repository.checkSuites.find(candidate => candidate.id === run.suiteId);
  if (!suite) throw new Error(`check run ${run.id} has no suite`);
  const { head_commit, latest_check_runs_count, check_runs_url, ...nested } = await checkSuiteJson(
    github,
    repository,
    suite,
  );
  emit(github, {
    event: 'check_run',
    action,
    repository,
    sender,
    payload: {
      check_run: { ...(await checkRunJson(github, repository, run)), check_suite: nested },
      ...extra,
    },
    ...((action === 'rerequested' || action === 'requested_action') && { onlyApp: run.appId }),
  });
}

/** What follows when a run has ended. */
export async function runCompleted(
  github: GitHub,
  repository: Repository,
  run: CheckRun,
): Promise<void> {
  await emitCheckRun(github, repository, run, 'completed', appById(github, run.appId).botUser);
  await completeSuite(github, repository, run.suiteId);
  await checksChanged(github, repository);
}

/** What waits for checks may go on: a run that ended may have another conclusion now as well. */
export async function checksChanged(github: GitHub, repository: Repository): Promise<void> {
  await autoMergeReady(github, repository);
  await advanceQueue(github, repository);
}
