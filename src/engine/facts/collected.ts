/** What collecting facts comes to. */
import type { ReviewVerdicts } from '../../core/task/command.ts';
import type { Facts } from '../../policy/facts.ts';

export type Collected = { facts: Facts; verdicts: ReviewVerdicts | null };

/** The pull request is not what the question supposes: this is said instead of a decision. */
export type Overtaken =
  | { type: 'merged'; commit: string; head: string; by: 'person' }
  | { type: 'pull_closed' }
  | { type: 'head_moved'; to: string };

export const plain = (facts: Facts): Collected => ({ facts, verdicts: null });
