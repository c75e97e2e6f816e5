/** Effects: what is to be done outside, derived from events, each with an idempotency key. */
import type { Repository, Steerer } from './actor.ts';
import type { Action } from './decision.ts';
import type { DeclaredHook, Moment, Notice } from './hooks/hook.ts';
import type { JudgedHead } from './judged-head.ts';
import type { Reply } from './reply.ts';
import type { FailureKind } from './retry.ts';
import type { ShutOut } from './shut-out.ts';
import type { Target } from './target.ts';
import { type RecordedDeed, recordedKey } from './task/events/recorded.ts';
import type { StreamTold, TaskEnd } from './tell.ts';

/** What an effect does, and on what. */
type Deed =
  /** Asks policy; `run` is null where the task, or a rework of it, is judged. */
  | { kind: 'decide'; action: Action; run: string | null; rework: string | null }
  /** Lets an agent or a command work in the sandbox. */
  | { kind: 'attempt'; run: string }
  /** Puts together work that was done at the same time. */
  | { kind: 'join'; run: string }
  | { kind: 'push'; run: string }
  | { kind: 'open_pull'; run: string }
  /** Says on GitHub what an agent handed over. */
  | { kind: 'report'; run: string }
  /** Puts the labels that an agent chose on the issue. */
  | { kind: 'add_labels'; run: string }
  | { kind: 'merge'; run: string }
  /** Starts the repository's own deployment. */
  | { kind: 'deploy'; run: string }
  | { kind: 'watch_deployment'; run: string }
  | { kind: 'accept'; run: string }
  /** Lets somebody else's deployment go ahead. */
  | { kind: 'release'; run: string }
  /** Answers GitHub about a deployment: of ours, or one that does not go ahead. */
  | {
      kind: 'answer_gate';
      repository: Repository;
      workflowRun: number;
      environment: string;
      state: 'approved' | 'rejected';
      comment: string;
    }
  /** Takes the pull request out of GitHub's merge queue. */
  | { kind: 'leave_queue' }
  | { kind: 'acknowledge'; repository: Repository; target: Target }
  | { kind: 'reply'; repository: Repository; target: Target; reply: Reply }
  | { kind: 'remove_label'; repository: Repository; issue: number; label: string }
  /** Shows on a pull request that changes policy what the change would do. */
  | { kind: 'examine_policy'; repository: Repository; pull: number; head: string }
  /** Shows on the default branch what is wrong with the rules there. */
  | { kind: 'show_faults'; repository: Repository; head: string }
  /** Shows on a commit whose work is in it, where our check is required there. */
  | { kind: 'judge_head'; repository: Repository; about: JudgedHead }
  /** Opens an issue of ours: people have to be asked, and no other place on GitHub is there for it. */
  | { kind: 'open_issue' }
  /** Tells another stream that this task has ended. */
  | { kind: 'tell'; to: StreamTold; end: Omit<TaskEnd, 'task'> }
  /** Tells an endpoint of a moment: at the event `seq` and the time `at`. */
  | {
      kind: 'notify';
      endpoint: string;
      by: DeclaredHook['by'];
      notice: Notice;
      seq: number;
      at: string;
    }
  /** A hook starts a task, after the event `seq`. */
  | {
      kind: 'start_task';
      hook: string;
      start: NonNullable<DeclaredHook['start']>;
      /** One of the repository's own commands, which is all of that task. */
      runs?: string;
      outcome: string;
      seq: number;
    }
  /** Tells the backlog of this task how far it is, as it stands by then. */
  | { kind: 'tell_progress'; backlog: string }
  /** Makes the task of an item of a backlog. */
  | { kind: 'start_item'; item: string; attempt: number }
  /** Cancels the task of an item that was canceled. */
  | { kind: 'stop_task'; task: string; by: Steerer }
  /** Shows a backlog on its tracking issue. */
  | { kind: 'show_backlog' }
  | { kind: 'clean_up' }
  | RecordedDeed;

/**
 * An effect as `react` opens it: the key is unique within its stream. `notBefore`: ISO 8601.
 * `ifUnderWay`: it is opened only where it is open and due, because whoever performs it may have looked
 * before this event: then it is performed once more, not before `notBefore`.
 */
export type NewEffect = Deed & { key: string; notBefore?: string; ifUnderWay?: true };

/** An effect that is open. Opening it again while it is open makes one effect of the two. */
export type Effect = Deed & {
  key: string;
  /** The event that opened it last: an outcome of an older opening does not settle it. */
  since: number;
  /** How often it has failed since it was performed last. */
  failures: number;
  /** The same for each kind of failure whose tries are bounded. */
  failuresOf?: Partial<Record<FailureKind, number>>;
  /** It failed last because people do not let us work in the repository. */
  shutOut?: ShutOut;
  /** ISO 8601; `null`: now. The earliest that an opening asked for. */
  notBefore: string | null;
  /** What the last opening asked for: it holds once the effect was performed for an older opening. */
  lastNotBefore: string | null;
};

/**
 * The key of each effect. Events and hidden markers on GitHub name effects by their keys, so the text
 * of a key never changes.
 */
export const effectKey = {
  decide: (action: Action, about: string | null) => `decide:${action}:${about ?? 'task'}`,
  /** Policy is asked again when what was granted expires. */
  expire: (approval: string) => `expire:${approval}`,
  attempt: (run: string) => `attempt:${run}`,
  join: (run: string) => `join:${run}`,
  push: (run: string) => `push:${run}`,
  openPull: (run: string) => `open:${run}`,
  report: (run: string) => `report:${run}`,
  addLabels: (run: string) => `add_labels:${run}`,
  merge: (run: string) => `merge:${run}`,
  deploy: (run: string) => `deploy:${run}`,
  watchDeployment: (run: string) => `watch:${run}`,
  accept: (run: string) => `accept:${run}`,
  release: (run: string) => `release:${run}`,
  answerGate: (workflowRun: number, environment: string) => `gate:${workflowRun}:${environment}`,
  leaveQueue: () => 'leave_queue',
  /** No effect of its own: an agent's call inside a run, which uses this approval. */
  act: (approval: string) => `act:${approval}`,
  /** `answer`: null where the delivery itself is acknowledged. */
  acknowledge: (answer: string | null) =>
    answer === null ? 'acknowledge' : `acknowledge:${answer}`,
  /** `about`: null where the delivery itself is replied to. */
  reply: (about: string | null) => (about === null ? 'answer' : `answer:${about}`),
  /** The reply that asks people for an approval. */
  approvalRequest: (approval: string) => `answer:ask-${approval}`,
  removeLabel: () => 'label',
  examinePolicy: () => 'examine_policy',
  showFaults: () => 'show_faults',
  judgeHead: (head: string) => `judge:${head}`,
  openIssue: () => 'open_issue',
  tell: () => 'tell',
  notify: (hook: string, moment: Moment, about: string) => `notify:${hook}:${moment}:${about}`,
  startTask: (hook: string, moment: Moment, about: string) => `start:${hook}:${moment}:${about}`,
  tellProgress: () => 'tell_progress',
  /** `created`: the event that created the backlog. */
  startItem: (created: number, item: string, attempt: number) =>
    `start:${created}:${item}:${attempt}`,
  stopTask: (task: string) => `stop:${task}`,
  showBacklog: () => 'show_backlog',
  cleanUp: () => 'clean_up',
  ...recordedKey,
};
