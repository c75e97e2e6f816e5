/** The approvals that policy is asked with: only those that count, for exactly this content. */
import { z } from 'zod';

const count = z.number().int().nonnegative();

export const Approvals = z.strictObject({
  /** Distinct people who approve. */
  count,
  /** How many of them may maintain the repository. */
  maintainers: count,
  /** Slugs of teams that an approver is an active member of. */
  teams: z.array(z.string()),
  /** Every code owner group of the touched files has approved. */
  codeowners: z.boolean(),
  /** Someone who may approve requests changes. */
  vetoed: z.boolean(),
});
export type Approvals = z.infer<typeof Approvals>;

export const NO_APPROVALS: Approvals = {
  count: 0,
  maintainers: 0,
  teams: [],
  codeowners: false,
  vetoed: false,
};
