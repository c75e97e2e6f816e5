/** A task as people are shown it. */

import type { Folded } from '../../fold.ts';
import { exampleCommand } from '../../repository-config/example-command.ts';
import { withStop } from '../../text/with-stop.ts';
import type { RunView, TaskView } from '../../view.ts';
import type { Executor } from '../events/run.ts';
import { pushesToPull } from '../events/works-on.ts';
import { placeOf } from '../state/place.ts';
import {
  type Approval,
  baseOf,
  createdOf,
  isOpen,
  type Run,
  type TaskState,
} from '../state/state.ts';
import { lacksCredential } from '../work/fallback.ts';
import { proofOfHead, proofOfWork, testsIn } from '../work/proof.ts';
import { turnOf } from './waits-on.ts';

export function viewOf(id: string, folded: Folded<TaskState>): TaskView {
  const { state } = folded;
  const created = createdOf(state);
  const views = state.runs.map(run => runView(state, run));
  const worked = state.runs.findLast(
    run => run.step === created.graph.reworkFrom && run.produced?.ok,
  );
  return {
    id,
    repository: created.repository,
    command: created.command,
    title: created.goal.title,
    mode: created.mode,
    status: state.status === 'absent' ? 'proposed' : state.status,
    reason: state.reason || turnOf(state).reason,
    waitsOn: state.turn.on,
    waitsSince: state.turn.since,
    paused: state.paused !== null,
    question: isOpen(state) ? (state.question?.text ?? null) : null,
    issue: placeOf(state),
    origin: created.origin,
    pull: state.pull && {
      number: state.pull.number,
      head: state.pull.head,
      draft: state.pull.draft,
    },
    worksOn: created.worksOn && {
      ...created.worksOn,
      pushed: pushesToPull(created) ? (state.pushed?.sha ?? null) : null,
    },
    requester: created.requester,
    base: { ref: baseOf(state), because: state.baseRef ? '' : created.base.because },
    toolchain: created.toolchain,
    taint: state.taint,
    round: state.round,
    followups: state.followups,
    reworks: state.reworks.map(({ origin, by, caller, instructions }, index) => ({
      round: index + 2,
      origin,
      by,
      project: caller?.project ?? null,
      instructions,
    })),
    graph: created.graph,
    steps: created.graph.steps.map(step => ({
      id: step.id,
      kind: step.kind,
      purpose: step.purpose,
      status: state.steps[step.id]?.status ?? 'waiting',
      run: views.findLast(run => run.step === step.id) ?? null,
    })),
    runs: views,
    // These are kept beside the log: whoever shows them reads them there.
    progress: [],
    failedCommand: null,
    shortage: null,
    console: null,
    decisions: state.decisions,
    approval: standingApproval(state) ?? endedApproval(state),
    approvals: state.approvals,
    objections: state.objections,
    forged: state.forged,
    mergeable: state.mergeable,
    proof: state.pull ? proofOfHead(state) : proofOfWork(state),
    exampleTest: created.config.commands.test
      ? null
      : exampleCommand('test', created.toolchain.ecosystems),
    patch: state.patch,
    summary: worked?.produced?.summary ?? '',
    accounts: accountsOf(state),
    startedAt: state.createdAt,
    finishedAt: state.finishedAt,
    audit: { events: folded.anchor.seq, head: folded.anchor.hash, verify: null, replay: null },
  };
}

/**
 * The request that people look at: asked for or granted; used, where it is for what is pushed or merged.
 * After the end of the task, what nobody answered is nothing to anybody.
 */
export const standingApproval = (state: TaskState): Approval | null =>
  state.approvals.findLast(
    ({ status, gate }) =>
      (status === 'requested' && isOpen(state)) ||
      status === 'granted' ||
      (status === 'used' && (gate === 'publish' || gate === 'merge')),
  ) ?? null;

/** The last request, where it was denied or is void and nothing stands: whoever looks is told what became of it. */
function endedApproval({ approvals }: TaskState): Approval | null {
  const last = approvals.at(-1);
  return last && (last.status === 'denied' || last.status === 'void') ? last : null;
}

/** The last accepted run of each round that did its work. */
function accountsOf(state: TaskState): TaskView['accounts'] {
  const { reworkFrom } = createdOf(state).graph;
  const worked = state.runs.filter(run => run.step === reworkFrom && run.state === 'success');
  return worked
    .filter(run => worked.findLast(({ round }) => round === run.round) === run)
    .map(({ round, produced }) => ({ round, summary: produced?.summary ?? '' }))
    .filter(({ summary }) => summary !== '');
}

export const nameOf = (executor: Executor): string =>
  executor.kind === 'command'
    ? executor.command
    : executor.kind === 'agent'
      ? executor.role
      : executor.builtin;

/** Who went past what the run found, and why, before what it found; empty where nobody did. */
function overriddenBy(overrides: TaskState['overrides'], { id }: Run): string {
  const past = overrides.findLast(({ run }) => run === id);
  if (!past) return '';
  const why = past.because === '' ? '.' : `: ${withStop(past.because)}`;
  return `${past.by.login} goes past it${why} `;
}

function runView({ runs, round, overrides }: TaskState, run: Run): RunView {
  const { startedAt, finishedAt } = run;
  return {
    run: run.id,
    step: run.step,
    round: run.round,
    attempt: run.attempt,
    agent: nameOf(run.executor),
    adapter: run.adapter,
    model: run.choice?.model ?? null,
    purpose: run.purpose,
    state: run.state,
    superseded:
      (run.state === 'canceled' && round > run.round) ||
      runs.findLast(({ step, round: of }) => step === run.step && of === run.round)?.id !== run.id,
    tests: testsIn(run),
    detail: overriddenBy(overrides, run) + (run.reason || run.produced?.summary || ''),
    queuedAt: run.queuedAt,
    startedAt,
    finishedAt,
    ms: startedAt && finishedAt ? Date.parse(finishedAt) - Date.parse(startedAt) : null,
    usage: run.usage,
    spend: run.budget.spent?.spend ?? null,
    // The event names those without a credential as well.
    passedOver: (run.choice?.skipped ?? []).filter(skipped => !lacksCredential(skipped)),
  };
}
