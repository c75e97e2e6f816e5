/** Tables of tests: a question in short, and the outcome and policies that it must get. */
import { z } from 'zod';
import { Outcome, type PolicyDecision } from '../core/decision.ts';
import { decide } from './decide.ts';
import { FactsShorthand, factsFromShorthand } from './facts-shorthand.ts';
import type { PolicySet } from './load.ts';

const texts = z.array(z.string().min(1));

const TestRow = z.strictObject({
  /** What is tested, as a sentence. */
  it: z.string().min(1),
  ...FactsShorthand.shape,
  expect: Outcome,
  /** Each of these determines it, whatever else does. */
  policies: texts.optional(),
  /** Each of these is among the reasons. */
  reasons: texts.optional(),
  approvers: texts.optional(),
  quorum: z.number().int().nonnegative().optional(),
});
type TestRow = z.infer<typeof TestRow>;

export const TestTable = z.strictObject({ tests: z.array(TestRow).min(1) });
export type TestTable = z.infer<typeof TestTable>;

export type TestedRow = {
  it: string;
  ok: boolean;
  /** What came instead of what was expected; empty where all is as expected. */
  problems: string[];
  /** `null` where the row makes no question. */
  decision: PolicyDecision | null;
};

export function test(set: PolicySet, row: TestRow): TestedRow {
  const { it, expect, policies, reasons, approvers, quorum, ...short } = row;
  const made = factsFromShorthand(short);
  if ('problem' in made) return { it, ok: false, problems: [made.problem], decision: null };
  const decision = decide(set, made.facts);
  const problems: string[] = [];
  if (decision.outcome !== expect)
    problems.push(`expected ${expect}, came ${decision.outcome} by ${decidedBy(decision)}`);
  for (const policy of policies ?? [])
    if (!decision.policies.includes(policy))
      problems.push(`expected it by ${policy}, came by ${decidedBy(decision)}`);
  for (const reason of reasons ?? [])
    if (!decision.reasons.includes(reason))
      problems.push(`expected the reason "${reason}", came "${decision.reasons.join('", "')}"`);
  if (approvers && sorted(approvers) !== sorted(decision.approvers))
    problems.push(`expected approval by ${sorted(approvers)}, came ${sorted(decision.approvers)}`);
  if (quorum !== undefined && quorum !== decision.quorum)
    problems.push(`expected a quorum of ${quorum}, came ${decision.quorum}`);
  return { it, ok: problems.length === 0, problems, decision };
}

const sorted = (list: string[]): string => list.toSorted().join(', ') || 'nobody';

/** The policies that determined it, or why none did. */
const decidedBy = ({ policies, reasons }: PolicyDecision): string =>
  policies.length > 0 ? policies.join(', ') : `no policy: ${reasons[0] ?? ''}`;
