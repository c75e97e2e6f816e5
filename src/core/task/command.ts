/** What a task can be told: by people (through triggers) and by the outcomes of its effects. */
import type { Person } from '../actor.ts';
import type { PolicyDecision } from '../decision.ts';
import type { FailEffect } from '../failed-effect.ts';
import type { Surface } from '../surface.ts';
import type { Target } from '../target.ts';
import type { FailureClass } from './events.ts';
import type { DataOf } from './state.ts';

/** What the approval rules made of the reviews, as far as the log keeps it. */
export type ReviewVerdicts = {
  head: string;
  granted: Person[];
  /** Ids of the reviews that count. */
  reviews: number[];
  refused: { review: number; by: Person; rule: number; reason: string }[];
};

/** Why a run did not do what it was for. */
export type RunFailure = { class: FailureClass; reason: string; retryable: boolean };

export type TaskCommand =
  | { type: 'create'; data: DataOf<'task.created'> }
  | { type: 'cancel'; by: Person; target: Target }
  | { type: 'rework'; data: DataOf<'rework.requested'> }
  | { type: 'signal'; data: DataOf<'pull.signaled'> }
  | {
      type: 'decided';
      run: string | null;
      rework: string | null;
      decision: PolicyDecision;
      verdicts: ReviewVerdicts | null;
    }
  | { type: 'start'; run: string; epoch: number; worker: string; adapter: string | null }
  | {
      type: 'produce';
      data: DataOf<'run.produced'>;
      artifacts: DataOf<'artifact.stored'>['artifacts'];
      failure: RunFailure | null;
    }
  | { type: 'pushed'; run: string; branch: string; sha: string; tree: string; was: string | null }
  | { type: 'pull_opened'; run: string; number: number; nodeId: string; head: string }
  | { type: 'readied'; run: string }
  | { type: 'merged'; commit: string; head: string; by: 'gatehouse' | 'person' }
  | { type: 'merge_blocked'; run: string; reason: string }
  | { type: 'head_moved'; to: string }
  | { type: 'pull_closed' }
  | {
      type: 'shown';
      surface: Surface;
      id: number;
      digest: string;
      head: string | null;
      conclusion: string | null;
    }
  /** GitHub or policy says no for good: the run fails with this reason. */
  | { type: 'refused'; run: string; reason: string }
  | { type: 'performed'; key: string }
  | FailEffect;
