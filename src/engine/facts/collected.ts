/** What collecting facts comes to. */
import { type Change, touchedPaths } from '../../core/change.ts';
import type { Digest } from '../../core/decision.ts';
import type { Noted } from '../../core/finding.ts';
import type { ApprovalSubject } from '../../core/task/command.ts';
import type { Facts } from '../../policy/facts.ts';

/** Nobody's approval stands in the facts yet: whether any counts depends on what exactly is asked. */
export type CollectedFacts = { facts: Facts; content: Content; forged: ApprovalSubject['forged'] };

/** What would be pushed or merged, and what it stands on. */
export type Content = {
  tree: string | null;
  base: { ref: string; sha: string };
  /** The head that is there now; null before anything is pushed. */
  head: string | null;
  /** Every path that is touched, both sides of a renaming. */
  paths: string[];
  /** What was found in it, and where. */
  findings: Noted[];
  /** What an agent asks in the middle of its run, to the byte; null of all else. */
  question: Digest | null;
};

export const contentOf = (
  change: Change,
  findings: Noted[],
): Pick<Content, 'tree' | 'paths' | 'findings'> => ({
  tree: change.tree,
  findings,
  paths: touchedPaths(change.entries),
});

/** The pull request is not what the question supposes: this is said instead of a decision. */
export type Overtaken =
  /** Nobody waits for the answer any more. */
  | { type: 'performed'; key: string }
  | { type: 'merged'; commit: string; head: string; by: 'person' }
  | { type: 'pull_closed' }
  | { type: 'head_moved'; to: string }
  | { type: 'base_moved'; to: string; reviews: number[] };
