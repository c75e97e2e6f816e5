/** What is said on issues and pull requests, and whether a plan is worked. */
import { z } from 'zod';
import { Digest } from '../../core/decision.ts';
import { isReservedLabel } from '../../core/labels.ts';
import { foldCase } from '../../core/paths/fold-path.ts';
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

const LabelsResource = z.strictObject({
  kind: z.literal('labels'),
  number: count,
  names: z.array(z.string()),
  /** One of them commands, or says what waits for people. */
  reserved: z.boolean(),
});
const labels: ResourceKind<z.infer<typeof LabelsResource>> = {
  resource: ({ number, names, reserved }) =>
    plainEntity(
      'Labels',
      String(number),
      { number, names: names.map(foldCase), reserved },
      names.join(', '),
    ),
  /** As they are named, with commas between them. */
  read({ on = 'bug' }) {
    const names = on.split(',').map(name => name.trim());
    return { kind: 'labels', number: 1, names, reserved: names.some(isReservedLabel) };
  },
};

export const ISSUE_RESOURCES = { issue, plan, labels };
export const ISSUES = [
  question('plan.accept', PlanResource, CommonContext),
  /** What an agent wrote is said there. */
  question('issue.comment', IssueResource, CommonContext),
  /** `listed`: the labels that the default branch lets triage set. */
  question('issue.label', LabelsResource, { ...CommonContext, listed: z.array(z.string()) }),
] as const;
