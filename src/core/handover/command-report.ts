/** What is handed over of one of the repository's own commands, such as lint and test: Gatehouse saw it run. */
import { z } from 'zod';
import { CodeProblem } from '../code-problem.ts';

const LISTED_PROBLEMS = 50;

/** What an output says of tests: some ran and none failed, some failed, or none ran. */
export const TestsRan = z.enum(['some', 'failed', 'none']);
export type TestsRan = z.infer<typeof TestsRan>;

export const CommandReport = z.strictObject({
  command: z.string(),
  exitCode: z.number().int().nullable(),
  /** Whether it did what its step is for: a test that reproduces a fault has to be red. */
  ok: z.boolean(),
  /** Null: its output says nothing of tests. `failed` though it ended with 0: nobody passes on their exit code. */
  tests: TestsRan.nullable(),
  /** The places in the code that its output names, the first of them. */
  problems: z.array(CodeProblem).max(LISTED_PROBLEMS),
});
export type CommandReport = z.infer<typeof CommandReport>;

export const commandReport = ({ problems, ...report }: CommandReport): CommandReport => ({
  ...report,
  problems: problems.slice(0, LISTED_PROBLEMS),
});
