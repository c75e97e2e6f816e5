/** What people are shown of a task: plain data, derived from its state; every surface renders this. */
import { z } from 'zod';
import type { Person, Repository } from './actor.ts';
import type { Usage } from './agent-event.ts';
import type { FailedOutput } from './code-problem.ts';
import type { Gate, ObservedDecision } from './decision.ts';
import type { Toolchain } from './ecosystem.ts';
import type { Noted } from './finding.ts';
import type { Graph, Purpose, StepSpec } from './graph/graph.ts';
import type { TestsRan } from './handover/command-report.ts';
import type { Origin, Requester } from './origin.ts';
import type { ReworkOrigin } from './profile.ts';
import type { Progress } from './progress.ts';
import type { Proof } from './proof.ts';
import type { RunSpend } from './spend.ts';
import type { Taint } from './taint.ts';
import type { RunPurpose } from './task/events/run.ts';
import type { WorksOn } from './task/events/works-on.ts';
import type { TaskEnd } from './tell.ts';

export type RunView = {
  run: string;
  step: string;
  round: number;
  attempt: number;
  /** Who executes: the name of a command, a role, or what Gatehouse does itself. */
  agent: string;
  adapter: string | null;
  /** The model that was chosen for it; null: none was, or its adapter calls none. */
  model: string | null;
  purpose: RunPurpose;
  state: 'queued' | 'running' | 'waiting_approval' | 'success' | 'failure' | 'canceled';
  /** Another run took its place: a further attempt, or, where it was canceled, one of a later round. */
  superseded: boolean;
  /** Whether tests ran in it, as far as its output said so. */
  tests: TestsRan | null;
  /** One line for people: why it failed, what it did. Text from outside may be in it. */
  detail: string;
  queuedAt: string;
  startedAt: string | null;
  finishedAt: string | null;
  /** From started to finished; null where it has not. */
  ms: number | null;
  usage: Usage;
  /** What it has spent, as far as that is settled; null: nothing. */
  spend: RunSpend | null;
  /** The agents of its chain that do not work in it, and why. */
  passedOver: { adapter: string; model: string | null; reason: string }[];
};

export type ApprovalView = {
  id: string;
  status: 'requested' | 'granted' | 'used' | 'denied' | 'void';
  gate: Gate;
  action: string;
  resource: string;
  head: string | null;
  /** Digest of its capsule; null on requests of before there were capsules. */
  digest: string | null;
  files: string[];
  findings: Noted[];
  approvers: string[];
  quorum: number;
  reasons: string[];
  /** Why it was denied; empty where it was not. */
  denial: string;
  /** For how long an approval holds after it was given. */
  holdsForHours: number;
  /** Until when what was granted holds; ISO 8601. */
  until: string | null;
  requestedAt: string;
  /** When it last became what `status` says. */
  changedAt: string;
  by: Person[];
  /** What counts so far, for or against. */
  counted: { by: Person; says: 'approves' | 'objects'; rule: string; reason: string }[];
  /** Reviews and commands that do not count. */
  refused: { by: Person; rule: string; reason: string }[];
};

export type DecisionView = {
  seq: number;
  gate: string;
  action: string;
  resource: string;
  outcome: 'allow' | 'deny' | 'require_approval';
  reasons: string[];
  policies: string[];
  /** What was found in a change that was refused. */
  findings: Noted[];
  /** What policies in observe mode would have answered; `null` where none are observed. */
  observed: ObservedDecision | null;
};

/** Who must act for a task to go on; `nobody`: it has ended. */
export const WaitsOn = z.enum(['person', 'gatehouse', 'github', 'nobody']);
export type WaitsOn = z.infer<typeof WaitsOn>;

export type TaskView = {
  id: string;
  repository: Repository;
  command: string;
  title: string;
  mode: 'live' | 'dry_run';
  status: 'proposed' | 'active' | 'success' | 'failure' | 'canceled' | 'refused';
  /** Why it ended, or what it waits for; empty while it simply works. */
  reason: string;
  /** Whose turn it is, and since when. */
  waitsOn: WaitsOn;
  waitsSince: string;
  /** What people are asked, while the task waits for that; null: nothing. */
  question: string | null;
  /** Nothing more begins until somebody resumes it. */
  paused: boolean;
  /** On which it reports besides its own pull request. */
  issue: number | null;
  origin: Origin;
  pull: { number: number; head: string; draft: boolean } | null;
  /** The pull request that it works on, and what it has pushed there; null of an issue's task. */
  worksOn: (WorksOn & { pushed: string | null }) | null;
  requester: Requester;
  /** The branch that the work is for; `because`: why it is that one, empty for the default branch. */
  base: { ref: string; because: string };
  /** How the repository's commands were found, where it does not name them itself. */
  toolchain: Toolchain;
  taint: Taint[];
  round: number;
  /** How tasks ended that its hooks started. */
  followups: TaskEnd[];
  /** Why there are rounds after the first, in order. */
  reworks: {
    round: number;
    origin: ReworkOrigin;
    by: Person | null;
    /** Of the token that called for it; null where none did. */
    project: string | null;
    instructions: string;
  }[];
  /** What its steps need and when they work. */
  graph: Graph;
  /** The graph's steps in order, with the last run of each. */
  steps: {
    id: string;
    kind: StepSpec['kind'];
    purpose: Purpose;
    status: 'waiting' | 'active' | 'done' | 'failed' | 'skipped';
    run: RunView | null;
  }[];
  runs: RunView[];
  /** What agents that work have done until now. It is read where it is shown. */
  progress: (Progress & { run: string; spend: RunSpend | null })[];
  /** The address of the console; null where none is configured. It is known where it is shown. */
  console: string | null;
  /** What waits for GitHub's limits, in words; null where nothing does. It is read where it is shown. */
  shortage: string | null;
  /** What the repository's command printed that stands failed; null where none does, or it is not kept. */
  failedCommand: (FailedOutput & { run: string; name: string }) | null;
  decisions: DecisionView[];
  approval: ApprovalView | null;
  approvals: ApprovalView[];
  /** Who may approve and is against it. */
  objections: Person[];
  /** Checks of our name by other Apps, on any head: ignored. */
  forged: { check: number; name: string; app: string; head: string }[];
  /** The head that policy allows to merge; null while it does not. */
  mergeable: string | null;
  /** What proved the work, or, once there is a pull request, its head. */
  proof: Proof[];
  /** What a test command could be, where the repository has none; `null` where it has one. */
  exampleTest: string[] | null;
  /** What the patch changes, as far as it is known. */
  patch: { files: number; added: number; removed: number } | null;
  /** What the last round did, as its agent tells it. */
  summary: string;
  /** The same of every round whose work was accepted, in order. */
  accounts: { round: number; summary: string }[];
  startedAt: string;
  finishedAt: string | null;
  audit: {
    /** Events, and the hash of the last one that is not about a surface. */
    events: number;
    head: string;
    /** Only once the task has ended: what `gatehouse verify` and `gatehouse replay` say. */
    verify: string | null;
    replay: string | null;
  };
};

/** The check run's state: `null` conclusion while in progress. */
export type CheckVerdict = {
  conclusion: 'success' | 'failure' | 'action_required' | 'cancelled' | 'neutral' | null;
  title: string;
};
