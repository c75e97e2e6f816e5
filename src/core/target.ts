/** Something on GitHub that called us and that we answer in place. */
import { z } from 'zod';

export const Target = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('issue'), number: z.number().int() }),
  z.strictObject({
    kind: z.literal('issue_comment'),
    number: z.number().int(),
    id: z.number().int(),
  }),
  /** The text of a review. */
  z.strictObject({ kind: z.literal('review'), number: z.number().int(), id: z.number().int() }),
  z.strictObject({
    kind: z.literal('review_comment'),
    number: z.number().int(),
    id: z.number().int(),
  }),
]);
export type Target = z.infer<typeof Target>;
