/** A reviewer's report. It is advice: no verdict of a reviewer approves anything. */
import { z } from 'zod';

export const ReviewReport = z.strictObject({
  summary: z.string().min(1).max(4_000),
  findings: z
    .array(
      z.strictObject({
        path: z.string().max(1_000),
        /** `null`: the file as a whole. */
        line: z.number().int().positive().nullable(),
        severity: z.enum(['note', 'warning', 'blocking']),
        message: z.string().min(1).max(2_000),
      }),
    )
    .max(100),
  verdict: z.enum(['no_objections', 'has_concerns', 'should_not_merge']),
});
export type ReviewReport = z.infer<typeof ReviewReport>;

/** One thing that a reviewer found. */
export type ReviewFinding = ReviewReport['findings'][number];
