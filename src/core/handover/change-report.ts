/** What is handed over of a change. Gatehouse makes it from the tree; only its summary is the agent's. */
import { z } from 'zod';
import { type Change, sizeOf, touchedPaths } from '../change.ts';

/** More paths than these are in the change itself. */
const LISTED_PATHS = 500;

export const ChangeReport = z.strictObject({
  summary: z.string().max(2_000),
  /** What it answers: the task, a request for more work on it, or a red command. */
  answers: z.enum(['task', 'comment', 'check', 'conflict', 'acceptance', 'command']),
  paths: z.array(z.string()).max(LISTED_PATHS),
  files: z.number().int().nonnegative(),
  added: z.number().int().nonnegative(),
  removed: z.number().int().nonnegative(),
});
export type ChangeReport = z.infer<typeof ChangeReport>;

export function changeReport(
  change: Change,
  { summary, answers }: Pick<ChangeReport, 'summary' | 'answers'>,
): ChangeReport {
  const { files, added, removed } = sizeOf(change);
  const paths = touchedPaths(change.entries).slice(0, LISTED_PATHS);
  return { summary, answers, paths, files, added, removed };
}
