/** What GitHub says live about one pull request, as plain data: the only input of the approval rules. */
import { z } from 'zod';

export const Role = z.enum(['none', 'read', 'triage', 'write', 'maintain', 'admin']);
export type Role = z.infer<typeof Role>;

/** An account by numeric id; `null` where GitHub could not tie a commit to an account. */
export const Account = z.strictObject({
  id: z.number().int(),
  login: z.string(),
  type: z.enum(['User', 'Bot', 'Organization', 'Mannequin']),
});
export type Account = z.infer<typeof Account>;

export const Review = z.strictObject({
  id: z.number().int(),
  by: Account.nullable(),
  state: z.enum(['APPROVED', 'CHANGES_REQUESTED', 'COMMENTED', 'DISMISSED', 'PENDING']),
  /** The commit it was given on; null after some force-pushes. */
  commit: z.string().nullable(),
  at: z.string(),
});
export type Review = z.infer<typeof Review>;

export const ApprovalFacts = z.strictObject({
  /** False where any page or answer was missing: then nothing is ever approved. */
  complete: z.boolean(),
  pull: z.strictObject({
    number: z.number().int(),
    author: Account.nullable(),
    state: z.enum(['open', 'closed']),
    draft: z.boolean(),
    locked: z.boolean(),
    head: z.string(),
    headRepositoryId: z.number().int().nullable(),
    baseRef: z.string(),
    baseSha: z.string(),
  }),
  repository: z.strictObject({ id: z.number().int(), archived: z.boolean() }),
  /** The person the run works for. */
  requester: z.strictObject({ id: z.number().int(), login: z.string() }).nullable(),
  /** Every identity of every commit: authors, committers, co-authors, pushers. */
  contributors: z.array(
    z.strictObject({
      commit: z.string(),
      as: z.enum(['author', 'committer', 'co-author', 'pusher']),
      account: Account.nullable(),
      name: z.string(),
    }),
  ),
  reviews: z.array(Review),
  /** Live role by account id, for everyone who reviewed. Absent means no. */
  roles: z.record(z.string(), Role),
  /** Our own accounts: never counted, not even as excluded people. */
  app: z.strictObject({ id: z.number().int(), botUserId: z.number().int() }),
});
export type ApprovalFacts = z.infer<typeof ApprovalFacts>;
