/** The state of a task, folded from its events: plain JSON, because it is kept in the stream's row. */
import type { Person, Steerer } from '../../actor.ts';
import type { Usage } from '../../agent-event.ts';
import type { Capsule } from '../../approvals/capsule.ts';
import type { Move } from '../../approvals/moves.ts';
import type { Digest } from '../../decision.ts';
import { type Purpose, stepNamed } from '../../graph/graph.ts';
import type { ShutOut } from '../../shut-out.ts';
import type { ShownSurface, Surface } from '../../surface.ts';
import type { Taint } from '../../taint.ts';
import type { TaskEnd } from '../../tell.ts';
import type { ApprovalView, DecisionView, WaitsOn } from '../../view.ts';
import { NO_MERGE, type Obstacle } from '../events/blocked.ts';
import type { TaskEvent } from '../events/events.ts';
import type { Executor, FailureClass, RunPurpose } from '../events/run.ts';
import type { Produced } from '../events/run-events.ts';
import type { Checkpoint } from '../events/work.ts';
import type { Accepted, Deployed, OrderedDeployment } from './deployment.ts';
import type { RaisedCap, RunBudget } from './run-budget.ts';
import type { StepState } from './step.ts';
import type { TaskQuestion } from './task-question.ts';

export type DataOf<T extends TaskEvent['type']> = Extract<TaskEvent, { type: T }>['data'];

export type RunState =
  | 'queued'
  | 'running'
  | 'waiting_approval'
  | 'success'
  | 'failure'
  | 'canceled';

export type Run = {
  id: string;
  step: string;
  round: number;
  attempt: number;
  executor: Executor;
  purpose: RunPurpose;
  state: RunState;
  adapter: string | null;
  /** The agent that works; null where no agent does, and before it is chosen. */
  choice: Omit<DataOf<'run.chosen'>, 'run'> | null;
  /** Why no worker can take the run at present; null: one can, as far as is known. */
  unplaced: string | null;
  queuedAt: string;
  startedAt: string | null;
  finishedAt: string | null;
  /** The runs whose work it stands on, in the present round. */
  basis: string[];
  produced: Produced | null;
  session: string | null;
  usage: Usage;
  budget: RunBudget;
  /** From where the run continues after it has waited for a person; and how often it has waited. */
  checkpoint: Checkpoint | null;
  waits: number;
  /** What policy denied to the agent in the middle of the run, in sentences: the first few. */
  denials: string[];
  class: FailureClass | null;
  reason: string;
};

export type Rework = DataOf<'rework.requested'> & { admitted: boolean };

export type Approval = Omit<ApprovalView, 'refused' | 'counted'> & {
  run: string | null;
  rework: string | null;
  capsule: Capsule | null;
  /** The facts of what an agent asked for within its run. */
  facts: Digest | null;
  /**
   * The id of the first of successive requests for the same, with no move of head or base between them: an
   * answer to one is an answer to all.
   */
  chain: string;
  /** How many moves of head and base there were before it. */
  moved: number;
  /** GitHub's id of the comment that asks; null until it is posted. */
  posted: number | null;
  /** The number of the event by which policy last decided about it: later answers are still to be judged. */
  judged: number;
  reviews: number[];
  counted: DataOf<'approval.confirmed'>[];
  refused: DataOf<'approval.refused'>[];
  /** The effect that uses it, or has used it. */
  usedBy: string | null;
};

/** An answer of a person by command or button. `seq`: the number of the event that gave it or took it back. */
export type Answered = DataOf<'approval.answered'> & { seq: number; revoked: string | null };

/** Another try that was asked for after a failure or a question. */
export type OtherTry = {
  round: number;
  /** How many runs there were before it. */
  from: number;
  /** The person who asked; null where no person of GitHub did. */
  by: Person | null;
  instructions: string;
};

export type TaskState = {
  version: number;
  status: 'absent' | 'proposed' | 'active' | 'success' | 'failure' | 'canceled' | 'refused';
  reason: string;
  /** Whether policy has let the task start. */
  admitted: boolean;
  created: DataOf<'task.created'> | null;
  createdAt: string;
  finishedAt: string | null;
  /** Whose turn it is, and since when (`waits-on.ts`). */
  turn: { on: WaitsOn; since: string };
  round: number;
  /** The question that the task asks people and waits for; null: none. */
  question: TaskQuestion | null;
  /** Why nothing could be done in the repository at the last try; null where something could. */
  unreachable: ShutOut | null;
  /** Who paused it; null while it is not paused. */
  paused: Steerer | null;
  /** Who last asked to free its branch; null once that is done. */
  unlock: DataOf<'ref.unlock_requested'> | null;
  /** Oldest first. */
  otherTries: OtherTry[];
  /** When a person last asked for one, in ISO 8601: what made an agent be let alone may be mended since; null: nobody did. */
  retriedAt: string | null;
  /** Reviews that people went past, oldest first. */
  overrides: DataOf<'step.overridden'>[];
  /** How many runs there were at the last other try, whoever asked for it; they no longer count as tries. */
  triesFrom: number;
  /** Reworks that were asked for and have not begun, oldest first. */
  waitingReworks: Rework[];
  /** Reworks that have begun: `reworks[0]` is round 2's. */
  reworks: Rework[];
  /** Failing checks and calls start no more work, until a person asks for some. */
  remediationStopped: boolean;
  /** How many rounds and other tries in a row no comment and no button of a person asked for. */
  unasked: number;
  steps: Record<string, StepState>;
  runs: Run[];
  /** The commit that the round's work stands on. */
  parent: string;
  /** The head that the parent is merged into, in a round that merges the base; null in all others. */
  mergesInto: string | null;
  /** The last accepted work: what was pushed, or will be. */
  patch: { files: number; added: number; removed: number } | null;
  prepared: { key: string; paths: string[] } | null;
  /** False where the failing test could not be seen to fail before the work. */
  reproduced: boolean | null;
  taint: Taint[];
  raised: RaisedCap[];
  pushed: { branch: string; sha: string; tree: string } | null;
  pull: { number: number; nodeId: string; head: string; draft: boolean } | null;
  approvals: Approval[];
  answers: Answered[];
  /** Which persons have put which requests aside, so that these are not shown to them now. */
  aside: { approval: string; person: number }[];
  /** How head and base moved: a review from before a move does not count after it, whatever commit it names. */
  moves: Move[];
  /** The branch that the pull request was seen to ask to change; empty where it is the task's. */
  baseRef: string;
  /** People who pushed to the branch besides us. */
  pushers: Person[];
  /** Heads that were there, and whether it is known who pushed each. */
  pushes: Record<string, 'known' | 'unknown'>;
  /** Who objects to the requests that wait. */
  objections: Person[];
  forged: DataOf<'check.forged'>[];
  decisions: DecisionView[];
  /** The head that policy allows to merge. */
  mergeable: string | null;
  /** Whether the merge was blocked after policy allowed it; it is tried again after the next decision. */
  mergeWaits: boolean;
  /** How often the merge of the present head was blocked, and why it was last. */
  blocks: number;
  /** What kept it from being merged when that was last tried, and since when it is that; null: nothing. */
  blocked: { obstacle: Obstacle; reason: string; since: string } | null;
  /**
   * Whether we put the present head into GitHub's merge queue, and whether GitHub took it out. `asked`:
   * somebody asked for the merge anew since it was last seen there.
   */
  mergeQueue: 'in' | 'asked' | 'out' | null;
  /** Whether GitHub reported a change while a merge was under way, so that facts read then may be outdated. */
  signaledInMerge: boolean;
  headSince: string;
  /** Checks that were pending in the last facts of the merge and were not reported since. */
  waitsFor: string[];
  /** Checks that turned green since the merge was last blocked; policy may have decided before that. */
  turnedGreen: string[];
  /** When the wait for checks of the present head ends: by the database's clock; null before it began. */
  checksUntil: string | null;
  /** How often the base was merged into the branch by GitHub since our last push. */
  updates: number;
  merged: { commit: string; head: string } | null;
  deployments: Deployed[];
  /** Deployments whose workflow was dispatched, where the answer may be lost. */
  orders: OrderedDeployment[];
  acceptances: Accepted[];
  /** The issue that we opened to ask people on; null where there is another place, or nothing was asked. */
  ownIssue: number | null;
  /** The last end of each task that a hook of this one started. */
  followups: TaskEnd[];
  /** Commits besides its head that have work of it, the last of each pull request and its group. */
  foundIn: DataOf<'work.found'>['about'][];
  surfaces: Partial<Record<Surface, ShownSurface>>;
};

export const NO_TASK: TaskState = {
  version: 0,
  status: 'absent',
  reason: '',
  admitted: false,
  created: null,
  createdAt: '',
  finishedAt: null,
  turn: { on: 'gatehouse', since: '' },
  round: 1,
  question: null,
  unreachable: null,
  paused: null,
  unlock: null,
  otherTries: [],
  overrides: [],
  retriedAt: null,
  triesFrom: 0,
  waitingReworks: [],
  reworks: [],
  remediationStopped: false,
  unasked: 0,
  steps: {},
  runs: [],
  parent: '',
  mergesInto: null,
  patch: null,
  prepared: null,
  reproduced: null,
  taint: [],
  raised: [],
  pushed: null,
  pull: null,
  approvals: [],
  answers: [],
  aside: [],
  moves: [],
  baseRef: '',
  pushers: [],
  pushes: {},
  objections: [],
  forged: [],
  decisions: [],
  ...NO_MERGE,
  headSince: '',
  updates: 0,
  merged: null,
  deployments: [],
  orders: [],
  acceptances: [],
  ownIssue: null,
  followups: [],
  foundIn: [],
  surfaces: {},
};

export const isOver = (run: Run): boolean =>
  run.state === 'success' || run.state === 'failure' || run.state === 'canceled';

export const isOpen = (state: TaskState): boolean =>
  state.status === 'proposed' || state.status === 'active';

/** The event that created the task; throws where there is none, which no path of a command allows. */
export function createdOf(state: TaskState): DataOf<'task.created'> {
  if (!state.created) throw new Error('the task does not exist');
  return state.created;
}

/** The branch that the work is for: what the pull request was last seen to ask to change. */
export const baseOf = (state: TaskState): string => state.baseRef || createdOf(state).base.ref;

export function runOf(state: TaskState, id: string): Run {
  const run = state.runs.find(candidate => candidate.id === id);
  if (!run) throw new Error(`run "${id}" does not exist`);
  return run;
}

/** What the step of this run is for. */
export const purposeOf = (state: TaskState, run: Pick<Run, 'step'>): Purpose =>
  stepNamed(createdOf(state).graph, run.step).purpose;

/** The merge run of the present round, while it is not over. */
export const mergeRun = (state: TaskState): Run | null =>
  state.runs.find(run => purposeOf(state, run) === 'merge' && !isOver(run)) ?? null;

/** The rework of the present round; null in round 1. */
export const currentRework = (state: TaskState): Rework | null =>
  reworkAfter(state, state.round - 1);

/** The rework of the round after this one; null where there is none. */
export const reworkAfter = ({ reworks }: TaskState, round: number): Rework | null =>
  reworks[round - 1] ?? null;
