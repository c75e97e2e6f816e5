/** What the approval rules say of a request, as a tree of results with reasons. */
import { z } from 'zod';
import { Person } from '../actor.ts';
import { Approvals } from './approvals.ts';
import type { Move } from './moves.ts';

/** Worst first: the outcome of a judgement is the first of these that any rule has. */
const PRECEDENCE = ['deny', 'error', 'veto', 'pending', 'approved'] as const;
export const RuleOutcome = z.enum(PRECEDENCE);
export type RuleOutcome = z.infer<typeof RuleOutcome>;

export const RuleResult = z.strictObject({
  /** The rule's name, as `docs/approvals.md` lists them. */
  rule: z.string(),
  outcome: RuleOutcome,
  reason: z.string(),
});
export type RuleResult = z.infer<typeof RuleResult>;

/** Whether one statement (a review, a command, a button) counts, and by which rule. */
export const StatementVerdict = z.strictObject({
  /** `review-8`, `comment-12`, `button-<delivery>`. */
  statement: z.string(),
  /** GitHub's id, where it is a review. */
  review: z.number().int().nullable(),
  by: Person.nullable(),
  says: z.enum(['approves', 'objects', 'neither']),
  counts: z.boolean(),
  /** The name of the rule that decided it. */
  rule: z.string(),
  reason: z.string(),
  /** Whether the person is told that it does not count. */
  told: z.boolean(),
});
export type StatementVerdict = z.infer<typeof StatementVerdict>;

export const Judgement = z.strictObject({
  outcome: RuleOutcome,
  reason: z.string(),
  /** Every rule about the request and its approvers, worst first. */
  results: z.array(RuleResult),
  /** Every statement but approvals of something else: reviews first, then commands in their order. */
  verdicts: z.array(StatementVerdict),
  /** The people whose approval counts. */
  granted: z.array(Person),
  /** When the first of these approvals expires; null where there is none. */
  until: z.string().nullable(),
  /** What policy is asked with. Nothing counts where a rule about the request is against it. */
  approvals: Approvals,
  /** What is still needed, for people. */
  missing: z.array(z.string()),
});
export type Judgement = z.infer<typeof Judgement>;

/** The question that approvals are judged for. */
export type Ask = {
  /** What is asked about, as answers name it. */
  question: string;
  /** The head that approval is asked for; null before anything is pushed. */
  head: string | null;
  /** It is about what was merged: its pull request and its issue are closed because of that. */
  afterMerge?: boolean;
  /** How many people must approve. */
  quorum: number;
  /** The `solo` pack: a maintainer for whom the work is done is excepted from the rule `separation`. */
  solo: boolean;
  /** How the head and the base moved so far, oldest first. */
  moves: readonly Move[];
  /** The request that stands for exactly what is asked about; null where none does. */
  request: string | null;
  /** Reviews that another use rested on: an approval is good for one. */
  spent: readonly number[];
  /** ISO 8601, by the database's clock. */
  now: string;
  /** For how long an approval holds after it was given. */
  holdsForHours: number;
};

export const byPrecedence = (a: { outcome: RuleOutcome }, b: { outcome: RuleOutcome }): number =>
  PRECEDENCE.indexOf(a.outcome) - PRECEDENCE.indexOf(b.outcome);

/** Ids of the reviews that count as approvals. */
export const countingReviews = (judgement: Pick<Judgement, 'verdicts'> | null): number[] =>
  judgement?.verdicts.flatMap(({ counts, says, review }) =>
    counts && says === 'approves' && review !== null ? [review] : [],
  ) ?? [];
