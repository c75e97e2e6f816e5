/** What the approval rules say of a pull request, as a tree of results with reasons. */
import { z } from 'zod';
import { Person } from '../actor.ts';
import { Approvals } from './approvals.ts';

/** Worst first: the first of these that any rule says is what all of them say. */
const PRECEDENCE = ['deny', 'error', 'veto', 'pending', 'approved'] as const;
export const Outcome = z.enum(PRECEDENCE);
export type Outcome = z.infer<typeof Outcome>;

export const RuleResult = z.strictObject({
  /** The rule's number, as `docs/policies.md` lists them. */
  rule: z.number().int().positive(),
  name: z.string(),
  outcome: Outcome,
  reason: z.string(),
});
export type RuleResult = z.infer<typeof RuleResult>;

/** What became of one review. */
export const Verdict = z.strictObject({
  review: z.number().int(),
  login: z.string(),
  counts: z.boolean(),
  /** The rule that decided it. */
  rule: z.number().int().positive(),
  reason: z.string(),
});
export type Verdict = z.infer<typeof Verdict>;

export const Judgement = z.strictObject({
  outcome: Outcome,
  reason: z.string(),
  /** Every rule about the whole, worst first. */
  results: z.array(RuleResult),
  /** Every review, in order. */
  verdicts: z.array(Verdict),
  /** The people whose approval counts. */
  granted: z.array(Person),
  /**
   * People who approved and may not: each is to be told the rule. An approval of an older head is
   * not among them: it was theirs to give, and whoever moves the head says so.
   */
  refused: z.array(
    z.strictObject({
      review: z.number().int(),
      by: Person,
      rule: z.number().int().positive(),
      reason: z.string(),
    }),
  ),
  /** What policy is told. Nothing counts where a rule about the whole stands against it. */
  approvals: Approvals,
  /** What is still needed, for people. */
  missing: z.array(z.string()),
});
export type Judgement = z.infer<typeof Judgement>;

/** What is asked about. */
export type Ask = {
  /** The head that approval is asked for. */
  head: string;
  /** How many people must approve. */
  quorum: number;
  /** The `solo` pack: maintainers are excepted from rule 9. */
  solo: boolean;
  /** Ids of reviews that an earlier head has voided. */
  voided?: readonly number[];
};

export const byPrecedence = (a: { outcome: Outcome }, b: { outcome: Outcome }): number =>
  PRECEDENCE.indexOf(a.outcome) - PRECEDENCE.indexOf(b.outcome);

export const result = (
  rule: number,
  name: string,
  outcome: Outcome,
  reason: string,
): RuleResult => ({ rule, name, outcome, reason });
