/** What an architect hands over: how a plan fits the code that is there. */
import { z } from 'zod';

export const Architecture = z.strictObject({
  summary: z.string().min(1).max(4_000),
  decisions: z
    .array(
      z.strictObject({
        decision: z.string().min(1).max(1_000),
        why: z.string().min(1).max(1_000),
      }),
    )
    .max(30),
  /** What becomes of each file. */
  files: z
    .array(
      z.strictObject({ path: z.string().min(1).max(1_000), change: z.string().min(1).max(1_000) }),
    )
    .max(200),
  /** What the tests have to show. */
  tests: z.array(z.string().min(1).max(1_000)).max(50),
});
export type Architecture = z.infer<typeof Architecture>;
