/** The time that sums are asked of: days of UTC, the last thirty where nothing else is said. */
import { z } from 'zod';
import type { TaskPages } from '../engine/ports/task-pages.ts';
import { repositoriesOf, type Viewer } from './viewer.ts';

const DAY_MS = 86_400_000;
const USUAL_DAYS = 30;

const Day = z.iso.date();

export const PeriodAsked = z.object({
  from: Day.optional().describe('The first day, of UTC; without, thirty days end with the last.'),
  to: Day.optional().describe('The last day, of UTC; today without.'),
  repository: z.string().min(1).max(200).optional().describe('owner/name; all without.'),
});

type Period = { repositories: number[]; from: Date; to: Date };

/** A repository that may not be seen counts as if it were not there. */
export async function periodOf(
  { from, to, repository }: z.output<typeof PeriodAsked>,
  viewer: Viewer,
  { now, taskPages }: { now: Date; taskPages: Pick<TaskPages, 'repositoriesNamed'> },
): Promise<Period> {
  const seen = repositoriesOf(viewer);
  const named =
    repository === undefined
      ? seen
      : (await taskPages.repositoriesNamed([repository])).map(({ id }) => id);
  const last = to === undefined ? dayOf(now) : dayOf(new Date(to));
  const first =
    from === undefined
      ? new Date(last.getTime() - (USUAL_DAYS - 1) * DAY_MS)
      : dayOf(new Date(from));
  return {
    repositories: named.filter(id => viewer.repositories.has(id)),
    from: first,
    to: new Date(last.getTime() + DAY_MS),
  };
}

const dayOf = (time: Date): Date => new Date(time.toISOString().slice(0, 10));
