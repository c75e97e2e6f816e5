/** The schedules of a repository are kept as its default branch has them. */
import type { Repository } from '../../core/actor.ts';
import { nextTime, type Schedules } from '../../core/repository-config/schedule.ts';
import type { Dependencies } from '../dependencies.ts';

/** Returns how many there are. */
export async function keepSchedules(
  { schedules, now }: Pick<Dependencies, 'schedules' | 'now'>,
  { id, owner, name, installation }: Repository,
  all: Schedules,
): Promise<number> {
  const from = await now();
  const kept = Object.entries(all).flatMap(([name, schedule]) => {
    const nextAt = nextTime(schedule, from);
    return nextAt === null ? [] : [{ name, schedule, nextAt }];
  });
  await schedules.replace({ id, owner, name, installation }, kept);
  return kept.length;
}
