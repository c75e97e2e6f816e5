/** What answers a question: a text for the person who asked, and the places that it rests on. */
import { z } from 'zod';

export const AnswerReport = z.strictObject({
  answer: z.string().min(1).max(20_000),
  places: z
    .array(
      z.strictObject({
        path: z.string().min(1).max(1_000),
        /** `null`: the file as a whole. */
        line: z.number().int().positive().nullable(),
      }),
    )
    .max(50),
});
export type AnswerReport = z.infer<typeof AnswerReport>;
