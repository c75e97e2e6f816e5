/** What came of a backlog, for people to learn from. */
import { z } from 'zod';

export const Retrospective = z.strictObject({
  outcome: z.enum(['success', 'canceled']),
  title: z.string(),
  /** Between the plan and its end. */
  lastedMs: z.number(),
  items: z.array(
    z.strictObject({
      id: z.string(),
      title: z.string(),
      status: z.string(),
      pull: z.number().int().nullable(),
      attempts: z.number().int(),
      /** From its first start to its end; null where it was never started. */
      lastedMs: z.number().nullable(),
      reason: z.string(),
    }),
  ),
});
export type Retrospective = z.infer<typeof Retrospective>;
