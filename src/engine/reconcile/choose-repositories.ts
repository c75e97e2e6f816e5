/**
 * Which repositories of an installation are looked through: those in which something changed, and one
 * other in turn, whatever GitHub says of it.
 */
import type { Repository } from '../../core/actor.ts';
import type { Dependencies } from '../dependencies.ts';
import type { Activity, Installed } from '../ports/github-record.ts';

/** Of one installation in one poll, in turn: a few requests each, well below GitHub's limit. */
const REPOSITORIES = 40;

/** What a look through a repository left. */
type Looked = {
  /** From when on it is looked through next. */
  since: Date;
  activity: Activity | null;
  /** What was found then was all that deliveries may have missed. */
  settled: boolean;
};

/** `activity`: null where GitHub does not tell. */
export type ChosenRepository = {
  repository: Repository;
  pulls: number[];
  activity: Activity | null;
};

/** What the polls of one process remember. */
export type PollMemory = {
  polls: number;
  looked: Map<number, Looked>;
  /**
   * Where something had just changed: what deliveries bring by themselves is not looked for. `null`: no
   * look follows that could be waited for.
   */
  postponed: Set<number> | null;
};

type Times = {
  /** What happened before is not looked for. */
  oldest: Date;
  /** What happened since may still be brought by its delivery. */
  fresh: Date;
};

export async function chooseRepositories(
  { github, logger }: Pick<Dependencies, 'github' | 'logger'>,
  { polls, looked, postponed }: PollMemory,
  installed: Installed,
  /** The numbers of our open pull requests, by repository. */
  { pulls, oldest, fresh }: Times & { pulls: ReadonlyMap<number, number[]> },
): Promise<ChosenRepository[]> {
  const activity = await github.record.activity(installed, pulls).catch(error => {
    logger.warn({ err: error, installation: installed.id }, 'every repository is looked through');
    return new Map<number, Activity>();
  });
  const { repositories } = installed;
  const inTurn = repositories[polls % repositories.length]?.id;
  const mayMiss = ({ repository, pulls: ours, activity: now }: ChosenRepository): boolean => {
    const before = looked.get(repository.id);
    if (now === null || !before?.activity)
      return now === null || ours.length > 0 || isSince(now, oldest);
    return !before.settled || !isSame(before.activity, now);
  };
  const isDue = (one: ChosenRepository): boolean => {
    const { id } = one.repository;
    if (id === inTurn) return true;
    const may = mayMiss(one);
    if (postponed === null) return may;
    const waits = may && one.activity !== null && isSince(one.activity, fresh);
    // Where something changes all the time, it is looked all the same.
    if (waits && !postponed.has(id)) {
      postponed.add(id);
      return false;
    }
    postponed.delete(id);
    return may;
  };
  return rotated(repositories, polls)
    .map(repository => ({
      repository,
      pulls: pulls.get(repository.id) ?? [],
      activity: activity.get(repository.id) ?? null,
    }))
    .filter(isDue)
    .slice(0, REPOSITORIES);
}

export const isSince = ({ newest }: Activity, time: Date): boolean =>
  newest !== null && newest >= time;

const isSame = (a: Activity, b: Activity): boolean =>
  a.newest?.getTime() === b.newest?.getTime() && a.checks === b.checks;

/** Where all have to be looked through, each has its turn. */
function rotated(repositories: Repository[], polls: number): Repository[] {
  const from = repositories.length > 0 ? (polls * REPOSITORIES) % repositories.length : 0;
  return [...repositories.slice(from), ...repositories.slice(0, from)];
}
