/** The jobs of the isolated process: what each is given, and what it answers. */
import type { PolicyDecision } from '../../../core/decision.ts';
import type { PolicyText } from '../../../policy/check.ts';
import type { Explanation } from '../../../policy/explain.ts';
import type { Facts } from '../../../policy/facts.ts';
import type { Checked } from '../../../policy/load.ts';
import type { TestedTable } from '../examine.ts';
import type { RuleTexts } from '../rule-files.ts';
import type { ReadRules } from '../rules.ts';

export type IsolatedJobs = {
  /** A repository's own rules. */
  rules: { asked: RuleTexts; answer: ReadRules };
  /** All policies of a set. */
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
export type IsolatedJob = keyof IsolatedJobs;

export type IsolatedCall<J extends IsolatedJob = IsolatedJob> = {
  job: J;
  asked: IsolatedJobs[J]['asked'];
};

export type IsolatedReply = {
  outcome: { ok: true; answer: unknown } | { ok: false; problem: string };
  /** Cedar's WebAssembly has trapped: the process ends after this reply. */
  last: boolean;
};
