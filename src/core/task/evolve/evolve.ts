/** State after an event. History that can't be throws: it was tampered with, or a version is missing. */
import type { Stamp } from '../../decider.ts';
import { effectKey } from '../../effect.ts';
import type { TaskEvent } from '../events/events.ts';
import { opensDraft } from '../events/works-on.ts';
import { evolveDeploy } from '../state/deployed.ts';
import type { RunBudget } from '../state/run-budget.ts';
import {
  createdOf,
  type DataOf,
  purposeOf,
  type Run,
  type RunState,
  runOf,
  type TaskState,
} from '../state/state.ts';
import { waitingStep } from '../state/step.ts';
import { questionAsked } from '../state/task-question.ts';
import { mayBecome } from '../state/transitions.ts';
import { counted } from '../state/unasked.ts';
import { shutOutBy } from '../state/unreachable.ts';
import { worksOf } from '../work/step-state.ts';
import { evolveApproval, moved, movedBySomebody, movedByUs, signaled } from './approval.ts';
import { policyDecided } from './decided.ts';
import { headAt, mergeBlocked } from './merge.ts';
import { elsewhere, found, retried } from './rerun.ts';
import { queuedRun } from './run.ts';
import { evolveStep, roundOpened, withStep } from './step.ts';

export function evolve(before: TaskState, event: TaskEvent, stamp: Stamp): TaskState {
  const state = { ...before, version: stamp.seq, unreachable: shutOutBy(event) };
  switch (event.type) {
    case 'task.created': {
      const { graph, base, taint } = event.data;
      if (before.status !== 'absent') throw new Error('task.created: the task exists already');
      return {
        ...state,
        status: 'proposed',
        created: event.data,
        createdAt: stamp.at,
        parent: base.sha,
        taint,
        steps: Object.fromEntries(graph.steps.map(step => [step.id, waitingStep(1)])),
      };
    }
    case 'task.admitted':
      return { ...state, status: 'active', admitted: true };
    case 'task.paused':
      return { ...state, paused: event.data.by };
    case 'ref.unlock_requested':
      return { ...state, unlock: event.data };
    case 'ref.unlocked':
      return { ...state, unlock: null };
    case 'task.resumed':
      return { ...state, paused: null };
    case 'task.finished':
      return {
        ...state,
        status: event.data.outcome,
        reason: event.data.reason,
        finishedAt: stamp.at,
        paused: null,
        mergeable: null,
      };
    case 'rework.requested':
      return {
        ...state,
        ...counted(state, event.data.origin),
        taint: [...state.taint, ...event.data.taint],
        waitingReworks: [...state.waitingReworks, { ...event.data, admitted: false }],
      };
    case 'remediation.stopped':
      return { ...state, remediationStopped: true };
    case 'rework.declined':
      return {
        ...state,
        waitingReworks: state.waitingReworks.filter(rework => rework.id !== event.data.id),
      };
    case 'round.opened':
      return roundOpened(state, event.data);
    case 'pull.signaled':
      return signaled(state, event.data);
    case 'run.queued': {
      const { step } = event.data;
      const works = worksOf(state, step);
      const next = withStep(state, step, { round: state.round, status: 'active', works });
      return { ...next, runs: [...state.runs, queuedRun(next, event.data, stamp.at)] };
    }
    case 'step.skipped':
    case 'step.overridden':
    case 'step.sent_back':
      return evolveStep(state, event);
    case 'deployment.ordered':
    case 'deployment.declined':
    case 'deployment.started':
    case 'deployment.awaited':
    case 'deployment.succeeded':
    case 'deployment.signaled':
    case 'gate.asked':
    case 'gate.released':
    case 'acceptance.judged':
      return evolveDeploy(state, event, stamp.at);
    case 'run.chosen': {
      const { run, ...choice } = event.data;
      return change(state, run, null, { choice, unplaced: null });
    }
    case 'run.unplaced':
      return change(state, event.data.run, null, { unplaced: event.data.reason });
    case 'run.started':
      return change(state, event.data.run, 'running', {
        startedAt: stamp.at,
        adapter: event.data.adapter,
        unplaced: null,
      });
    case 'run.produced': {
      const { run, ok, exitCode, summary, work, touched, handover } = event.data;
      const { prepared, session, usage } = event.data;
      const produced = { ok, exitCode, summary, work, touched, handover };
      const next = change(state, run, null, { produced, session, usage });
      const reproduces = purposeOf(state, runOf(state, run)) === 'reproduce';
      return {
        ...next,
        prepared: prepared ?? next.prepared,
        // The step succeeds when it sees red: `ok` is the step's verdict on what it expects.
        reproduced: reproduces ? ok : next.reproduced,
      };
    }
    case 'run.spent':
      return withBudget(state, event.data.run, { spent: event.data });
    case 'budget.reached': {
      const { run, reached, checkpoint } = event.data;
      return change(withBudget(state, run, { reached }), run, null, { checkpoint });
    }
    case 'budget.raised': {
      const { run, reached, to } = event.data;
      const raise = { reached, to, of: runOf(state, run).budget.of, at: stamp.at };
      return withBudget({ ...state, raised: [...state.raised, raise] }, run, { raises: null });
    }
    case 'budget.freed':
      return withBudget(state, event.data.run, { raises: null });
    case 'task.cancel_requested':
    case 'artifact.stored':
    case 'effect.resumed':
    case 'run.reported':
    case 'run.labeled':
    case 'secret.used':
      return state;
    case 'effect.failed':
      return putBack(state, event.data);
    case 'run.waiting_approval':
      return stopRun(state, event.data);
    case 'run.resumed': {
      const { run, adapter } = event.data;
      const taken = { unplaced: null };
      return change(state, run, 'running', adapter === null ? taken : { ...taken, adapter });
    }
    case 'run.finished':
      return finishRun(state, event.data, stamp);
    case 'policy.decided':
      return policyDecided(state, event.data, stamp);
    case 'approval.requested':
    case 'approval.posted':
    case 'approval.answered':
    case 'approval.confirmed':
    case 'approval.granted':
    case 'approval.refused':
    case 'approval.denied':
    case 'approval.revoked':
    case 'approval.voided':
    case 'approval.used':
    case 'approval.put_aside':
    case 'check.forged':
      return evolveApproval(state, event, stamp.at);
    case 'branch.pushed': {
      const { branch, sha, tree } = event.data;
      const next = headAt(movedByUs(state, sha), sha, stamp.at);
      return { ...next, pushed: { branch, sha, tree }, updates: 0 };
    }
    case 'head.moved':
      return headAt(movedBySomebody(state, event.data.to), event.data.to, stamp.at);
    case 'base.moved': {
      const { to, reviews } = event.data;
      return {
        ...moved(state, `base:${to}`, reviews),
        baseRef: to,
        mergeable: null,
        checksUntil: null,
      };
    }
    case 'pull.opened': {
      const { number, nodeId, head } = event.data;
      // It was opened with our section in its body.
      const opened = { id: number, digest: '', head: null, conclusion: null, at: stamp.at };
      const surfaces = { ...state.surfaces, pull: opened };
      const draft = opensDraft(createdOf(state));
      const pull = { number, nodeId, head, draft };
      return { ...state, surfaces, pull, foundIn: elsewhere(state, number) };
    }
    case 'pull.readied':
      return { ...state, pull: state.pull && { ...state.pull, draft: false } };
    case 'pull.merged':
      return { ...state, merged: { commit: event.data.commit, head: event.data.head } };
    case 'merge.blocked':
      return mergeBlocked(state, event.data, stamp);
    case 'work.found':
      return found(state, event.data.about);
    case 'check.rerequested': {
      // Whoever asks wants to see it written anew.
      const { check: _, ...surfaces } = state.surfaces;
      return {
        ...state,
        surfaces,
        mergeQueue: state.mergeQueue === 'in' ? 'asked' : null,
      };
    }
    case 'followup.ended': {
      const { end } = event.data;
      const others = state.followups.filter(({ task }) => task !== end.task);
      return { ...state, followups: [...others, end] };
    }
    case 'issue.opened':
      return { ...state, ownIssue: event.data.number };
    case 'task.asked':
      return { ...state, question: questionAsked(event.data, stamp.at) };
    case 'task.retried':
      return retried(state, event.data, stamp.at);
    case 'surface.shown': {
      const { surface, id, digest, head, conclusion } = event.data;
      return {
        ...state,
        surfaces: { ...state.surfaces, [surface]: { id, digest, head, conclusion, at: stamp.at } },
      };
    }
    case 'effect.performed':
      return event.data.key === effectKey.leaveQueue() ? { ...state, mergeQueue: null } : state;
    default:
      throw new Error(`unknown event ${JSON.stringify(event satisfies never)}`);
  }
}

function change(
  state: TaskState,
  id: string,
  to: RunState | null,
  fields: Partial<Run>,
): TaskState {
  const run = runOf(state, id);
  if (to && !mayBecome(run.state, to))
    throw new Error(`run "${id}" can't go from ${run.state} to ${to}`);
  const next = { ...run, ...fields, state: to ?? run.state };
  return { ...state, runs: state.runs.map(other => (other.id === id ? next : other)) };
}

const withBudget = (state: TaskState, id: string, fields: Partial<RunBudget>): TaskState =>
  change(state, id, null, { budget: { ...runOf(state, id).budget, ...fields } });

/** Its worker could not begin the work, for want of something besides it: the run waits until the next try. */
function putBack(state: TaskState, { key, retryAt }: DataOf<'effect.failed'>): TaskState {
  const isOf = ({ id, state: is }: Run) => is === 'running' && key === effectKey.attempt(id);
  const run = retryAt === null ? undefined : state.runs.find(isOf);
  return run ? change(state, run.id, 'queued', {}) : state;
}

function stopRun(state: TaskState, data: DataOf<'run.waiting_approval'>): TaskState {
  const { run, checkpoint } = data;
  const kept = checkpoint && {
    checkpoint,
    usage: checkpoint.usage,
    session: checkpoint.session,
    waits: runOf(state, run).waits + 1,
  };
  return change(state, run, 'waiting_approval', kept ?? {});
}

function finishRun(
  state: TaskState,
  data: Extract<TaskEvent, { type: 'run.finished' }>['data'],
  stamp: Stamp,
): TaskState {
  const { outcome, class: failureClass, reason } = data;
  const next = change(state, data.run, outcome, {
    finishedAt: stamp.at,
    class: failureClass,
    reason,
  });
  const run = runOf(next, data.run);
  const work = outcome === 'success' ? (run.produced?.work ?? null) : null;
  const done = outcome === 'success' && run.purpose === 'step';
  // A step that failed becomes active again with its next run.
  const status = done ? 'done' : outcome === 'canceled' ? 'waiting' : 'failed';
  const ended = withStep(next, run.step, {
    round: next.round,
    status,
    ...(work && { works: [run.id] }),
  });
  return work
    ? { ...ended, patch: { files: work.files, added: work.added, removed: work.removed } }
    : ended;
}
