/** How a task stands and what came of it, as `state.json` and `result.json` of its folder say it. */
import { z } from 'zod';
import { Person } from '../../actor.ts';
import { addUsage, NO_USAGE, Usage } from '../../agent-event.ts';
import { Action, Digest, Gate, Outcome } from '../../decision.ts';
import type { Folded } from '../../fold.ts';
import { Proof } from '../../proof.ts';
import { Executor, FailureClass, RunPurpose } from '../events/run.ts';
import type { Run, TaskState } from '../state/state.ts';
import { viewOf } from './view.ts';

const count = z.number().int().nonnegative();
const Time = z.iso.datetime();
const Status = z.enum(['proposed', 'active', 'success', 'failure', 'canceled', 'refused']);

/** A file that a run left. `inLog`: whether an event of the task names it, and so proves it. */
export const LeftFile = z.strictObject({
  run: z.string(),
  name: z.string(),
  /** In the folder. */
  path: z.string(),
  digest: Digest,
  bytes: count,
  inLog: z.boolean(),
});
export type LeftFile = z.infer<typeof LeftFile>;

export const RunDocument = z.strictObject({
  v: z.literal(1),
  task: z.string(),
  run: z.string(),
  step: z.string(),
  round: count,
  attempt: count,
  executor: Executor,
  purpose: RunPurpose,
  adapter: z.string().nullable(),
  /** The adapter's version and the model; null of what is no agent's. */
  agent: z.strictObject({ version: z.string(), model: z.string().nullable() }).nullable(),
  state: z.enum(['queued', 'running', 'waiting_approval', 'success', 'failure', 'canceled']),
  class: FailureClass.nullable(),
  /** Why it failed, or what it did. */
  detail: z.string(),
  exitCode: z.number().int().nullable(),
  queuedAt: Time,
  startedAt: Time.nullable(),
  finishedAt: Time.nullable(),
  usage: Usage,
});
type RunDocument = z.infer<typeof RunDocument>;

export function runDocument(task: string, run: Run): RunDocument {
  const { step, round, attempt, executor, purpose, adapter, choice, produced } = run;
  return {
    v: 1,
    task,
    run: run.id,
    step,
    round,
    attempt,
    executor,
    purpose,
    adapter,
    agent: choice && { version: choice.version, model: choice.model },
    state: run.state,
    class: run.class,
    detail: run.reason || produced?.summary || '',
    exitCode: produced?.exitCode ?? null,
    queuedAt: run.queuedAt,
    startedAt: run.startedAt,
    finishedAt: run.finishedAt,
    usage: run.usage,
  };
}

export const StateDocument = z.strictObject({
  v: z.literal(1),
  task: z.string(),
  status: Status,
  /** Why it ended, or what it waits for; empty while it simply works. */
  reason: z.string(),
  round: count,
  steps: z.array(
    z.strictObject({
      id: z.string(),
      status: z.enum(['waiting', 'active', 'done', 'failed', 'skipped']),
    }),
  ),
  runs: z.array(RunDocument),
  decisions: z.array(
    z.strictObject({
      /** The number of its event in the task's log. */
      seq: count,
      action: Action,
      resource: z.string(),
      outcome: Outcome,
      reasons: z.array(z.string()),
      policies: z.array(z.string()),
    }),
  ),
  approvals: z.array(
    z.strictObject({
      id: z.string(),
      status: z.enum(['requested', 'granted', 'used', 'denied', 'void']),
      gate: Gate,
      action: Action,
      resource: z.string(),
      by: z.array(Person),
    }),
  ),
  files: z.array(LeftFile),
  /** The end of the task's log, and whether the chain of its hashes is whole: `ok`, or the first fault. */
  log: z.strictObject({ events: count, head: z.string(), verify: z.string() }),
});
type StateDocument = z.infer<typeof StateDocument>;

export function stateDocument(
  task: string,
  folded: Folded<TaskState>,
  of: Pick<StateDocument, 'files'> & { verify: string },
): StateDocument {
  const { state, version, hash } = folded;
  const view = viewOf(task, folded);
  return {
    v: 1,
    task,
    status: view.status,
    reason: view.reason,
    round: state.round,
    steps: view.steps.map(({ id, status }) => ({ id, status })),
    runs: state.runs.map(run => runDocument(task, run)),
    decisions: state.decisions.map(({ seq, action, resource, outcome, reasons, policies }) => ({
      seq,
      action: Action.parse(action),
      resource,
      outcome,
      reasons,
      policies,
    })),
    approvals: state.approvals.map(({ id, status, gate, action, resource, by }) => ({
      id,
      status,
      gate,
      action: Action.parse(action),
      resource,
      by,
    })),
    files: of.files,
    log: { events: version, head: hash, verify: of.verify },
  };
}

export const ResultDocument = z.strictObject({
  v: z.literal(1),
  task: z.string(),
  /** `proposed` and `active`: it has not ended. */
  outcome: Status,
  reason: z.string(),
  /** What each round whose work was accepted did, as its agent tells it. */
  accounts: z.array(z.strictObject({ round: count, summary: z.string() })),
  /** The last accepted work, which `patch.diff` has; null where there is none. */
  patch: z.strictObject({ files: count, added: count, removed: count }).nullable(),
  proof: z.array(Proof),
  pull: z.strictObject({ number: count, head: z.string() }).nullable(),
  merged: z.strictObject({ commit: z.string(), head: z.string() }).nullable(),
  startedAt: Time,
  finishedAt: Time.nullable(),
  /** Of all runs. */
  usage: Usage,
});
type ResultDocument = z.infer<typeof ResultDocument>;

export function resultDocument(task: string, folded: Folded<TaskState>): ResultDocument {
  const { state } = folded;
  const { status, reason, accounts, patch, proof, startedAt, finishedAt } = viewOf(task, folded);
  return {
    v: 1,
    task,
    outcome: status,
    reason,
    accounts,
    patch,
    proof,
    pull: state.pull && { number: state.pull.number, head: state.pull.head },
    merged: state.merged,
    startedAt,
    finishedAt,
    usage: state.runs.reduce((sum, { usage }) => addUsage(sum, usage), NO_USAGE),
  };
}
