/** What a planner hands over: what is to be done, and what it has to be told before. */
import { z } from 'zod';

export const Plan = z.strictObject({
  summary: z.string().min(1).max(4_000),
  /** What is missing or may be meant in two ways: each is for a person to answer. */
  questions: z.array(z.string().min(1).max(1_000)).max(20),
  steps: z
    .array(
      z.strictObject({
        what: z.string().min(1).max(2_000),
        /** The folders and files that it is about. */
        paths: z.array(z.string().min(1).max(1_000)).max(50),
      }),
    )
    .max(50),
  /** How anyone can tell that it is done. */
  criteria: z.array(z.string().min(1).max(1_000)).max(30),
  risks: z.array(z.string().min(1).max(1_000)).max(20),
});
export type Plan = z.infer<typeof Plan>;
