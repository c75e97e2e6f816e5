/** A place in a repository's code that the output of a command names, and what it says of it. */
import { z } from 'zod';

export const CodeProblem = z.strictObject({
  /** From the root of the repository. */
  path: z.string(),
  line: z.number().int().positive(),
  level: z.enum(['failure', 'warning']),
  message: z.string(),
});
export type CodeProblem = z.infer<typeof CodeProblem>;

/** What people are shown of a command that failed. */
export const FailedOutput = z.strictObject({
  /** Its last lines, both streams in the order in which they came. */
  tail: z.string(),
  problems: z.array(CodeProblem),
});
export type FailedOutput = z.infer<typeof FailedOutput>;
