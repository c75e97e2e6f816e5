/** The schedules of all repositories, and when each is next due, by the database's clock. */
import type { Repository } from '../../core/actor.ts';
import type { Schedule } from '../../core/repository-config/schedule.ts';

export type ScheduledWork = {
  repository: Repository;
  name: string;
  schedule: Schedule;
  nextAt: Date;
  /** When it was due last, and what came of it; null: it was not due yet. */
  lastAt: Date | null;
  note: string | null;
};

export type KnownSchedules = {
  /** All that a repository has: others are forgotten, and one that is as it was keeps its time. */
  replace(
    repository: Repository,
    all: readonly { name: string; schedule: Schedule; nextAt: Date }[],
  ): Promise<void>;
  /** What is due and not put off, the longest first. */
  due(limit: number): Promise<ScheduledWork[]>;
  /** What was due then is settled; nothing where another process settled it. */
  settle(
    due: Pick<ScheduledWork, 'repository' | 'name' | 'nextAt'>,
    next: { nextAt: Date; note: string },
  ): Promise<void>;
  /** What was due then could not be run: it stays due, and is not named before `until`. */
  putOff(due: Pick<ScheduledWork, 'repository' | 'name' | 'nextAt'>, until: Date): Promise<void>;
  /** All of them, the next first. */
  list(): Promise<ScheduledWork[]>;
};
