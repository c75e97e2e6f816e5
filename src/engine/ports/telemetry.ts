/**
 * What is counted and traced of the work. Each observation is told once, by the process that did what
 * it is about, when that is over. Nobody waits for whoever is told, and no text of a prompt, of an
 * answer or of a tool's output is in it.
 */
import type { ErrorClass, Usage } from '../../core/agent-event.ts';
import type { Action, Gate, Outcome } from '../../core/decision.ts';
import type { Executor, FailureClass } from '../../core/task/events/run.ts';
import type { SandboxEnd } from './sandbox.ts';

/** When it began and when it was over. Milliseconds since 1970. */
type Interval = { from: number; to: number };

/** Whose work it is. */
type OfRun = { task: string; run: string };

/** The agent of a run; null of what is no agent's. */
export type WorkingAgent = {
  role: string;
  adapter: string | null;
  provider: string | null;
  model: string | null;
};

type TaskEnded = Interval & {
  type: 'task_ended';
  task: string;
  /** owner/name. */
  repository: string;
  command: string;
  outcome: 'success' | 'failure' | 'canceled' | 'refused';
};

type RunEnded = Interval &
  OfRun & {
    type: 'run_ended';
    step: string;
    round: number;
    attempt: number;
    executor: Executor['kind'];
    agent: WorkingAgent | null;
    outcome: 'success' | 'failure' | 'canceled';
    class: FailureClass | null;
    /** How long it waited until it began; null: it never began. */
    queuedMs: number | null;
  };

type PolicyDecided = {
  type: 'policy_decided';
  task: string;
  run: string | null;
  gate: Gate;
  action: Action;
  outcome: Outcome;
  at: number;
};

type ApprovalEnded = Interval & {
  type: 'approval_ended';
  task: string;
  run: string | null;
  action: string;
  /** `void`: what it was about has changed before anybody answered. */
  end: 'granted' | 'denied' | 'void';
};

type Recovered = Interval & {
  /** From the failing check that work was asked for to the same check being green. */
  type: 'check_recovered';
  task: string;
};

type RecoveryStopped = { type: 'recovery_stopped'; task: string };

type ModelSpent = {
  type: 'model_spent';
  provider: string;
  model: string;
  usage: Usage;
  calls: number;
  /** Billionths of a US dollar; null: the price is not known. */
  nanoUsd: number | null;
};

type WorkerSpent = { type: 'worker_spent'; ms: number; nanoUsd: number | null };

export type ModelCalled = Interval &
  OfRun & {
    type: 'model_called';
    provider: string;
    model: string;
    /** Until the first byte of the answer; null: none came. */
    firstByteMs: number | null;
    usage: Usage;
    /** Billionths of a US dollar; null: the price is not known. */
    nanoUsd: number | null;
    end: 'answered' | ErrorClass;
  };

export type ToolCalled = Interval &
  OfRun & {
    type: 'tool_called';
    tool: string;
    kind: 'command' | 'file_change' | 'mcp' | 'tool';
    end: 'ok' | 'failed' | 'denied';
    /** The policy that denied it; null: none did. */
    policy: string | null;
  };

type SandboxEnded = Interval &
  OfRun & {
    type: 'sandbox_ended';
    executor: Executor['kind'];
    /** How long it took until its process had started. */
    startMs: number;
    end: SandboxEnd['by'] | 'out_of_memory' | 'not_started';
  };

type EffectPerformed = Interval & {
  type: 'effect_performed';
  kind: string;
  /** Null where it is no task's. */
  task: string | null;
  run: string | null;
  /** `left`: somebody else has it, or it was settled on the way. */
  outcome: 'done' | 'failed' | 'left';
};

type DeliveryReceived = Interval & { type: 'delivery_received'; status: number };

type DeliveryFollowed = Interval & {
  type: 'delivery_followed';
  outcome: 'handled' | 'ignored' | 'failed';
};

/** What no delivery brought was found: in GitHub's log of deliveries, or by looking at repositories. */
type DeliveryFound = { type: 'delivery_found'; in: 'log' | 'repository' };

type TaskReplayed = {
  type: 'task_replayed';
  result: 'identical' | 'different' | 'not_verified';
};

export type Observation =
  | TaskEnded
  | RunEnded
  | PolicyDecided
  | ApprovalEnded
  | Recovered
  | RecoveryStopped
  | ModelSpent
  | WorkerSpent
  | ModelCalled
  | ToolCalled
  | SandboxEnded
  | EffectPerformed
  | DeliveryReceived
  | DeliveryFollowed
  | DeliveryFound
  | TaskReplayed;

/** Never throws. */
export type Observe = (observation: Observation) => void;
