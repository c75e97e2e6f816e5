/** The live facts about a request for approval, as plain data: the only input of the approval rules. */
import { z } from 'zod';
import { Account, Role } from '../actor.ts';

export const Review = z.strictObject({
  id: z.number().int(),
  by: Account.nullable(),
  state: z.enum(['APPROVED', 'CHANGES_REQUESTED', 'COMMENTED', 'DISMISSED', 'PENDING']),
  /** The commit it was given on; null after some force-pushes. */
  commit: z.string().nullable(),
  /** ISO 8601, by GitHub's clock. */
  at: z.string(),
});
export type Review = z.infer<typeof Review>;

/** What has become of the comment or review in which an answer was given. A button and the console have neither. */
export const Standing = z.enum(['created', 'edited', 'deleted', 'foreign']);
export type Standing = z.infer<typeof Standing>;

/** `/agent approve`, `deny` or `revoke`, in a comment or a review's text; or a button, or the console. */
export const ApprovalCommand = z.strictObject({
  /** `comment-12`, `review-8`, `button-<delivery>`, `console-<id>`: once in a task. */
  id: z.string(),
  by: Account,
  says: z.enum(['approve', 'deny', 'revoke']),
  /** The request that it was bound to when it was given; null where it needs none. */
  request: z.string().nullable(),
  /** What that request asks about: one that takes the place of another asks about the same. */
  question: z.string().nullable(),
  at: z.string(),
  /** Taken back since, and how. */
  revoked: z.string().nullable(),
  standing: Standing,
});
export type ApprovalCommand = z.infer<typeof ApprovalCommand>;

export const Codeowners = z.discriminatedUnion('kind', [
  /** There is no such file: nobody owns anything. */
  z.strictObject({ kind: z.literal('none') }),
  z.strictObject({ kind: z.literal('oversized') }),
  z.strictObject({ kind: z.literal('text'), text: z.string() }),
]);
export type Codeowners = z.infer<typeof Codeowners>;

export const Pull = z.strictObject({
  number: z.number().int(),
  author: Account.nullable(),
  state: z.enum(['open', 'closed']),
  draft: z.boolean(),
  locked: z.boolean(),
  head: z.string(),
  headRepositoryId: z.number().int().nullable(),
  baseRef: z.string(),
  baseSha: z.string(),
  /** Ids of people whose review is asked for: who has given one is not among them. */
  requested: z.array(z.number().int()),
});

export const ApprovalFacts = z.strictObject({
  /** False where any page or answer was missing: then nothing is ever approved. */
  complete: z.boolean(),
  /** Null where there is no pull request yet: then it is asked on the issue. */
  pull: Pull.nullable(),
  /** The issue that it is asked on, where the task has no pull request yet; null where it can't be read. */
  issue: z
    .strictObject({
      number: z.number().int(),
      /** GitHub numbers both alike, and a pull request of somebody's may be what the task works on. */
      isPull: z.boolean(),
      state: z.enum(['open', 'closed']),
      locked: z.boolean(),
    })
    .nullable(),
  repository: z.strictObject({ id: z.number().int(), owner: z.string(), archived: z.boolean() }),
  /** Everyone whom the work was done for: the requesters of the task and of each of its rounds. */
  requesters: z.array(z.strictObject({ id: z.number().int(), login: z.string() })),
  /** Every identity of every commit: authors, committers, co-authors, pushers. */
  contributors: z.array(
    z.strictObject({
      commit: z.string(),
      as: z.enum(['author', 'committer', 'co-author', 'pusher']),
      account: Account.nullable(),
      name: z.string(),
      /** Absent where GitHub names none. */
      email: z.string().optional(),
    }),
  ),
  reviews: z.array(Review),
  answers: z.array(ApprovalCommand),
  /** Live role by account id, for everyone who said anything. Absent means no. */
  roles: z.record(z.string(), Role),
  /** Active members, by id, of each team that a policy or CODEOWNERS names: `slug` → ids. */
  teams: z.record(z.string(), z.array(z.number().int())),
  /** CODEOWNERS at the base's sha; null where no policy asks for code owners. */
  codeowners: Codeowners.nullable(),
  /** Every path that the change touches, both sides of a renaming. */
  paths: z.array(z.string()),
  /** Where the head merges the base into an older head, and that again: each merge, newest first, done again. */
  updateMerges: z.array(
    z.strictObject({
      /** The head that the merge made, and the head before it. */
      to: z.string(),
      from: z.string(),
      /** The tree of the head as it was pushed. */
      tree: z.string(),
      /** The tree of that merge done anew; null where it did not merge cleanly. */
      recomputed: z.string().nullable(),
    }),
  ),
  /** When a check of the head last failed, or the wait for checks was over; null where neither is so. */
  checksChangedAt: z.string().nullable(),
  /** Our own accounts: never counted, not even as excluded people. */
  app: z.strictObject({ id: z.number().int(), botUserId: z.number().int() }),
});
export type ApprovalFacts = z.infer<typeof ApprovalFacts>;
