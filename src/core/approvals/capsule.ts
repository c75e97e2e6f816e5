/**
 * The capsule is everything that an approval is bound to. People approve its digest: where one byte
 * differs, it is another capsule.
 */
import { z } from 'zod';
import { Action, Digest } from '../decision.ts';

export const Capsule = z.strictObject({
  /** GitHub's id of the repository. */
  repository: z.number().int(),
  task: z.string(),
  action: Action,
  /** As policy names it: a branch, a pull request, a run. */
  resource: z.string(),
  /** The tree that would be pushed or merged; null where the action has none. */
  tree: z.string().nullable(),
  base: z.strictObject({ ref: z.string(), sha: z.string() }),
  /** The head that is there now; null before anything is pushed. */
  head: z.string().nullable(),
  /** Digest of the policies that ask. */
  policy: Digest,
  /** What an agent asks in the middle of its run, to the byte, and which time it asks; absent of all else. */
  question: Digest.optional(),
});
export type Capsule = z.infer<typeof Capsule>;

/** The text that is digested: each field on a line of its own as JSON, so that none runs into the next. */
export const capsuleText = (capsule: Capsule): string => {
  const { repository, task, action, resource, tree, base, head, policy, question } = capsule;
  const place = [base.ref, base.sha];
  const asked = question === undefined ? {} : { question };
  const fields = { repository, task, action, resource, tree, base: place, head, policy, ...asked };
  return Object.entries(fields)
    .map(([name, value]) => `${name} ${JSON.stringify(value)}\n`)
    .join('');
};

/** The fields that differ, in words for people; empty where none does. */
export function capsuleChanges(was: Capsule, is: Capsule): string[] {
  const changed = (a: unknown, b: unknown) => JSON.stringify(a) !== JSON.stringify(b);
  return [
    ...(changed(was.repository, is.repository) ? ['the repository'] : []),
    ...(changed(was.task, is.task) ? ['the task'] : []),
    ...(changed(was.action, is.action) ? ['the action'] : []),
    ...(changed([was.resource, was.question], [is.resource, is.question])
      ? ['what it is about']
      : []),
    ...(changed(was.tree, is.tree) ? ['the content'] : []),
    ...(was.base.ref !== is.base.ref
      ? ['the base branch']
      : changed(was.base, is.base)
        ? [`${is.base.ref}, which has moved on`]
        : []),
    ...(changed(was.head, is.head) ? ['the head'] : []),
    ...(changed(was.policy, is.policy) ? ['the policies'] : []),
  ];
}
