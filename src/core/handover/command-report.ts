/** What is handed over of one of the repository's own commands, such as lint and test: Gatehouse saw it run. */
import { z } from 'zod';
import { CodeProblem } from '../code-problem.ts';

const LISTED_PROBLEMS = 50;

export const CommandReport = z.strictObject({
  command: z.string(),
  exitCode: z.number().int().nullable(),
  /** Whether it did what its step is for: a test that reproduces a fault has to be red. */
  ok: z.boolean(),
  /** Whether tests ran, as far as its output says so; null: it says nothing of them. */
  tests: z.enum(['some', 'none']).nullable(),
  /** The places in the code that its output names, the first of them. */
  problems: z.array(CodeProblem).max(LISTED_PROBLEMS),
});
export type CommandReport = z.infer<typeof CommandReport>;

export const commandReport = ({ problems, ...report }: CommandReport): CommandReport => ({
  ...report,
  problems: problems.slice(0, LISTED_PROBLEMS),
});
