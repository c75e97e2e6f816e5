/**
 * What is asked about texts of policy that others wrote, in a process of its own: the engine that
 * decides gets what was read of them there, and never a text.
 */
import type { PolicyDecision } from '../../../core/decision.ts';
import type { PolicyText } from '../../../policy/check.ts';
import type { Explanation } from '../../../policy/explain.ts';
import type { Facts } from '../../../policy/facts.ts';
import type { Checked } from '../../../policy/load.ts';
import type { TestedTable } from '../examine.ts';
import type { RuleTexts } from '../rule-files.ts';
import type { ReadRules } from '../rules.ts';

export type ApartJobs = {
  /** A repository's own rules. */
  rules: { asked: RuleTexts; answer: ReadRules };
  /** Policies, all that a set is of. */
  check: { asked: readonly PolicyText[]; answer: Checked };
  /** A table of tests, on a set of these policies. */
  test: {
    asked: { policies: readonly PolicyText[]; file: string; text: string };
    answer: TestedTable;
  };
  /** What a set of these policies would decide. */
  decide: { asked: { policies: readonly PolicyText[]; facts: Facts }; answer: PolicyDecision };
  /** Why, and what would change the answer. */
  explain: { asked: { policies: readonly PolicyText[]; facts: Facts }; answer: Explanation };
};
export type ApartJob = keyof ApartJobs;

export type ApartCall<J extends ApartJob = ApartJob> = { job: J; asked: ApartJobs[J]['asked'] };

export type ApartReply = {
  outcome: { ok: true; answer: unknown } | { ok: false; problem: string };
  /** The engine trapped, and its process answers no more. */
  last: boolean;
};
