/** A thread that a review began on a line of a pull request. */
import { z } from 'zod';

export const ReviewThread = z.strictObject({
  /** GitHub's id of its first comment. */
  comment: z.number().int(),
  path: z.string(),
});
export type ReviewThread = z.infer<typeof ReviewThread>;
