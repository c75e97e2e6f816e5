/** The commands of a task: of people, who send them through triggers, and the outcomes of its effects. */
import type { Person, Steerer, TokenActor } from '../../actor.ts';
import type { Capsule } from '../../approvals/capsule.ts';
import type { Judgement } from '../../approvals/judgement.ts';
import type { Action, Digest, PolicyDecision } from '../../decision.ts';
import type { FailEffect, ResumeEffects } from '../../failed-effect.ts';
import type { Noted } from '../../finding.ts';
import type { JudgedHead } from '../../judged-head.ts';
import type { Target } from '../../target.ts';
import type { TaskEnd } from '../../tell.ts';
import type { Blocked } from '../events/blocked.ts';
import type { CriterionResult } from '../events/deploy-events.ts';
import type { RecordedEvent } from '../events/recorded.ts';
import type { FailureClass } from '../events/run.ts';
import type { Checkpoint } from '../events/work.ts';
import type { DeploymentNews, Gated } from '../state/deployment.ts';
import type { DataOf } from '../state/state.ts';

/** What policy was asked about, and how the approval rules judged the answers of people to it. */
export type ApprovalSubject = {
  capsule: Capsule;
  digest: Digest;
  /** What the change touches. */
  files: string[];
  /** What was found in it, and where. */
  findings: Noted[];
  /** Null where nothing was asked of people so far. */
  judgement: Pick<Judgement, 'granted' | 'verdicts' | 'missing' | 'until'> | null;
  /** What policy asks of people where nobody has approved; null where it asks nothing of them. */
  terms: PolicyDecision | null;
  /** Checks of our name by other Apps. */
  forged: { check: number; name: string; app: string }[];
  /** Which checks fail or are overdue, in sentences for those who are asked. */
  checks: string[];
};

/** Why a run did not do what it was for. `merger`: the role that can settle a conflict. */
export type RunFailure = {
  class: FailureClass;
  reason: string;
  retryable: boolean;
  merger?: string;
};

/** How far a deployment is. */
export type DeploymentSeen = {
  state: 'waiting' | 'success' | 'failure';
  /** What is said of it, for people. Text from outside may be in it. */
  detail: string;
  /** Where people look at it. */
  link: string | null;
  /** Where what was deployed is reached. */
  address: string | null;
};

export type TaskCommand =
  | { type: 'create'; data: DataOf<'task.created'> }
  /**
   * `target`: what is answered in place; null where nothing on GitHub asked.
   * `because`: why it is canceled though nobody asked for that, in a sentence.
   */
  | { type: 'cancel'; by: Steerer; target: Target | null; because?: string }
  | { type: 'pause'; by: Steerer; target: Target | null }
  | { type: 'resume'; by: Steerer; target: Target | null }
  /** Somebody pushed to the pull request of a person that it works on. */
  | { type: 'overtaken'; by: Person; head: string }
  /** Frees its branch; `work`: its runs and other effects as well. */
  | { type: 'unlock'; by: Steerer; target: Target | null; work: boolean }
  | { type: 'rework'; data: DataOf<'rework.requested'> }
  /** Failing checks of the pull request that it worked on start no more tasks. */
  | { type: 'stop_remediation'; data: DataOf<'remediation.stopped'> }
  | { type: 'signal'; data: DataOf<'pull.signaled'> }
  | {
      type: 'decided';
      run: string | null;
      rework: string | null;
      decision: PolicyDecision;
      approvalSubject: ApprovalSubject;
      /** What the merge waits for though policy may allow it; null: nothing. */
      awaits: Blocked | null;
    }
  /** Policy did not allow what an agent asked for in the middle of its run. */
  | { type: 'record_denial'; run: string; decision: PolicyDecision }
  /** Policy was asked whether a secret may be used outside the sandbox, for this run. */
  | { type: 'use_secret'; run: string; secret: string; decision: PolicyDecision }
  /** It takes a person: the run was stopped, and what it was at is kept. */
  | {
      type: 'wait';
      run: string;
      decision: PolicyDecision;
      approvalSubject: ApprovalSubject;
      checkpoint: Checkpoint;
      artifacts: DataOf<'artifact.stored'>['artifacts'];
    }
  | { type: 'answer'; data: Omit<DataOf<'approval.answered'>, 'approval'>; names: string }
  | { type: 'put_aside'; approval: string; by: Person; aside: boolean }
  | {
      type: 'revoke';
      comment: number;
      via: DataOf<'approval.answered'>['via'];
      by: Person;
      how: string;
    }
  /** The effect begins that the approval is for: refused where that is not what stands approved. */
  | { type: 'use'; action: Action; digest: Digest; effect: string; reviews: number[] }
  /** Which agent works in a run that is queued. */
  | { type: 'choose'; data: DataOf<'run.chosen'> }
  /** No worker that is at work may work on it. */
  | { type: 'unplaced'; data: DataOf<'run.unplaced'> }
  | {
      type: 'start';
      run: string;
      epoch: number;
      worker: string;
      adapter: string | null;
    }
  | {
      type: 'produce';
      data: DataOf<'run.produced'>;
      artifacts: DataOf<'artifact.stored'>['artifacts'];
      failure: RunFailure | null;
      /** What a reviewer found, a line each, for people who decide about it. */
      found?: readonly string[];
      /** The cap for which it failed, and what is kept of its work. */
      reached?: Omit<DataOf<'budget.reached'>, 'run'>;
    }
  /** What the ledger says that a run has spent in all. */
  | { type: 'spent'; data: DataOf<'run.spent'> }
  | { type: 'pushed'; run: string; branch: string; sha: string; tree: string; was: string | null }
  | { type: 'pull_opened'; run: string; number: number; nodeId: string; head: string }
  | { type: 'reported'; data: DataOf<'run.reported'> }
  | { type: 'labeled'; data: DataOf<'run.labeled'> }
  | { type: 'merged'; commit: string; head: string; by: 'gatehouse' | 'person' }
  | { type: 'merge_blocked'; run: string; because: Blocked }
  /** `role`: who merges the base into the branch; null where no agent can. */
  | {
      type: 'merge_conflict';
      run: string;
      base: { ref: string; sha: string };
      head: string;
      files: string[];
      role: string | null;
    }
  /** Its workflow is about to be dispatched. */
  | { type: 'order_deployment'; data: DataOf<'deployment.ordered'> }
  | { type: 'deployment_declined'; run: string }
  | { type: 'deployment_started'; data: DataOf<'deployment.started'> }
  | { type: 'deployment_seen'; run: string; seen: DeploymentSeen }
  /** GitHub asks whether a deployment of ours may go ahead. */
  | { type: 'gate_asked'; gate: Gated }
  /** Somebody else's deployment goes ahead. */
  | { type: 'gate_released'; run: string; workflowRun: number; environment: string }
  /** GitHub tells of a deployment, or of a workflow's run. */
  | { type: 'deployment_told'; news: DeploymentNews }
  /** `address`: where it was looked; null where there is none yet. */
  | { type: 'acceptance_judged'; run: string; address: string | null; results: CriterionResult[] }
  /** The day or the month in which the cap was reached that holds up this run is over. */
  | { type: 'cap_freed'; run: string }
  | { type: 'head_moved'; to: string }
  | { type: 'work_found'; about: JudgedHead }
  /** Somebody asks for our check on this head anew: after a failure, for what failed. */
  | { type: 'rerun'; by: Person; head: string }
  /** Somebody asks for another try of what failed, or answers what people are asked. */
  | {
      type: 'retry';
      by: Steerer | TokenActor;
      instructions: string;
      /** A call or a `repository_dispatch` asks; absent: a comment or a button of a person. */
      origin?: 'call';
    }
  /** A person goes past the reviews that block the work. */
  | { type: 'override'; by: Person; because: string }
  | { type: 'base_moved'; to: string; reviews: number[] }
  /** `gone`: its branch and its base, where they were deleted: it can't be opened again without them. */
  | { type: 'pull_closed'; gone: string[] }
  /** A task that a hook of this one started has ended. */
  | { type: 'task_ended'; end: TaskEnd }
  /** The issue that asks people stands. */
  | { type: 'issue_opened'; number: number }
  /** An effect whose outcome is one event was performed. */
  | { type: 'record'; event: RecordedEvent }
  /** GitHub or policy says no for good: the run fails with this reason. */
  | { type: 'refused'; run: string; reason: string }
  | { type: 'performed'; key: string }
  | FailEffect
  | ResumeEffects;
