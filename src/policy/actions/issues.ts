/** What is said on issues and pull requests, and whether a plan is worked. */
import { z } from 'zod';
import { Digest } from '../../core/decision.ts';
import { CommonContext, count, plainEntity, question, type ResourceKind } from '../question.ts';

const IssueResource = z.strictObject({
  kind: z.literal('issue'),
  number: count,
  /** It is a pull request. */
  pull: z.boolean(),
});
const issue: ResourceKind<z.infer<typeof IssueResource>> = {
  resource: ({ number, pull }) =>
    plainEntity('Issue', String(number), { number, pull }, `#${number}`),
  read: ({ on = '#1' }) =>
    /^#\d+$/.test(on) ? { kind: 'issue', number: Number(on.slice(1)), pull: false } : null,
};

const PlanResource = z.strictObject({
  kind: z.literal('plan'),
  digest: Digest,
  questions: count,
  steps: count,
  risks: count,
});
const plan: ResourceKind<z.infer<typeof PlanResource>> = {
  resource: ({ digest, questions, steps, risks }) =>
    plainEntity('Plan', digest, { questions, steps, risks }, `plan ${digest.slice(7, 19)}`),
  /** As a number of questions: `2 questions`. */
  read({ on = '0 questions' }) {
    const questions = /^(\d+) questions?$/.exec(on)?.[1];
    if (questions === undefined) return null;
    const digest = `sha256:${'0'.repeat(64)}`;
    return { kind: 'plan', digest, questions: Number(questions), steps: 1, risks: 0 };
  },
};

export const ISSUE_RESOURCES = { issue, plan };
export const ISSUES = [
  question('plan.accept', PlanResource, CommonContext),
  /** What an agent wrote is said there. */
  question('issue.comment', IssueResource, CommonContext),
] as const;
