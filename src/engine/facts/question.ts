/** What policy is asked, what collecting the facts of it comes to, and what an approval of it is bound to. */
import { type Capsule, capsuleText } from '../../core/approvals/capsule.ts';
import type { Digest } from '../../core/decision.ts';
import type { Effect } from '../../core/effect.ts';
import type { Noted } from '../../core/finding.ts';
import type { ApprovalSubject, TaskCommand } from '../../core/task/decide/command.ts';
import type { Blocked } from '../../core/task/events/blocked.ts';
import { createdOf, type TaskState } from '../../core/task/state/state.ts';
import type { Facts } from '../../policy/facts.ts';
import { resourceOf } from '../../policy/resource.ts';
import { digestOf } from '../chain.ts';

/** The question of an effect that asks policy. */
export type Question = Pick<
  Extract<Effect, { kind: 'decide' }>,
  'key' | 'action' | 'run' | 'rework'
>;

/** No approval is in these facts yet: which ones count depends on what exactly is asked. */
export type CollectedFacts = {
  facts: Facts;
  content: Content;
  forged: ApprovalSubject['forged'];
  /** Which checks fail or are overdue, in sentences for those who are asked. */
  checks: string[];
  /** What a merge waits for, whatever policy says; null: nothing. */
  awaits: Blocked | null;
  /** When checks last gave people something new to judge; null where they did not. */
  checksChangedAt: string | null;
};

/** What would be pushed or merged, and what it is based on. */
export type Content = {
  tree: string | null;
  base: { ref: string; sha: string };
  /** The present head; null before anything is pushed. */
  head: string | null;
  /** Every path that is touched, both sides of a renaming. */
  paths: string[];
  /** What was found in it, and where. */
  findings: Noted[];
  /** The digest of what an agent asks in the middle of its run; null for all else. */
  question: Digest | null;
};

/** Why the question has no answer any more: this is recorded instead of a decision. */
export type Overtaken =
  /** Nobody waits for the answer. */
  | { type: 'performed'; key: string }
  | Extract<TaskCommand, { type: 'merged' | 'pull_closed' | 'merge_blocked' | 'merge_conflict' }>
  | Extract<TaskCommand, { type: 'cap_freed' }>
  | { type: 'head_moved'; to: string }
  | { type: 'base_moved'; to: string; reviews: number[] };

/** What an approval of this would be bound to. */
export function capsuleOf(
  task: string,
  state: TaskState,
  { facts, content }: Pick<CollectedFacts, 'facts' | 'content'>,
  policy: Capsule['policy'],
): { capsule: Capsule; digest: Digest } {
  const { tree, base, head, question } = content;
  const capsule: Capsule = {
    repository: createdOf(state).repository.id,
    task,
    action: facts.action,
    resource: resourceOf(facts).name,
    tree,
    base: { ref: base.ref, sha: base.sha },
    head,
    policy,
    ...(question === null ? {} : { question }),
  };
  return { capsule, digest: digestOf(capsuleText(capsule)) };
}
