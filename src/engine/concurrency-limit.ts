/**
 * Limits how many runs one process works on at once; nothing else waits for a permit. A free permit goes
 * to the repository with the fewest runs at work, and among these to the one that was served longest
 * ago, so that a repository with many runs never delays one with few.
 */
import type { Clock } from './ports/clock.ts';

export type Permit =
  | { taken: true; release: () => void }
  /** `ahead`: how many others go first; `sinceMs`: how long the run has waited. */
  | { taken: false; ahead: number; sinceMs: number };

export type ConcurrencyLimit = {
  /** A run without a permit asks again soon. Releasing a permit a second time changes nothing. */
  take(run: string, repository: number): Permit;
};

/** A run that has not asked for so long was taken by another worker, or is over. */
const FORGOTTEN_MS = 5_000;

type Waiting = { repository: number; since: number; asked: number };

/** `perRepository`: how many of all permits one repository may hold. */
export function createConcurrencyLimit(
  { all, perRepository }: { all: number; perRepository: number },
  clock: Clock,
): ConcurrencyLimit {
  const atWork = new Map<number, number>();
  /** Oldest first. */
  const waiting = new Map<string, Waiting>();
  /** By repository: the number of its last turn. */
  const lastTurn = new Map<number, number>();
  let [free, turns] = [all, 0];

  /** The waiting runs, in the order in which they are to begin. */
  function queue(): { run: string; level: number }[] {
    const counted = new Map(atWork);
    const found = [...waiting].map(([run, { repository }]) => {
      const level = counted.get(repository) ?? 0;
      counted.set(repository, level + 1);
      return { run, level, last: lastTurn.get(repository) ?? 0 };
    });
    // Sorting keeps the older before the younger where nothing else tells them apart.
    return found.sort((one, other) => one.level - other.level || one.last - other.last);
  }

  function forget(now: number): void {
    for (const [run, { asked }] of waiting) if (now - asked > FORGOTTEN_MS) waiting.delete(run);
    const waits = new Set([...waiting.values()].map(({ repository }) => repository));
    for (const id of lastTurn.keys()) if (!waits.has(id) && !atWork.has(id)) lastTurn.delete(id);
  }

  function release(repository: number): void {
    free += 1;
    const left = (atWork.get(repository) ?? 1) - 1;
    if (left > 0) atWork.set(repository, left);
    else atWork.delete(repository);
  }

  return {
    take(run, repository) {
      const now = clock.now().getTime();
      forget(now);
      const since = waiting.get(run)?.since ?? now;
      waiting.set(run, { repository, since, asked: now });
      const queued = queue();
      const own = queued.find(other => other.run === run)?.level ?? 0;
      if (own >= perRepository)
        return { taken: false, ahead: own - perRepository, sinceMs: now - since };
      // Runs that wait for their repository's own limit are in nobody's way.
      const ahead = queued
        .filter(({ level }) => level < perRepository)
        .findIndex(is => is.run === run);
      if (ahead >= free) return { taken: false, ahead: ahead - free, sinceMs: now - since };
      waiting.delete(run);
      free -= 1;
      atWork.set(repository, (atWork.get(repository) ?? 0) + 1);
      turns += 1;
      lastTurn.set(repository, turns);
      let held = true;
      return {
        taken: true,
        release() {
          if (held) release(repository);
          held = false;
        },
      };
    },
  };
}

/** What is recorded of a run that waits. Large counts are rounded, because each text is an event. */
export function placeInQueue(ahead: number): string {
  if (ahead === 0) return 'It begins as soon as one of the runs at work has ended.';
  const count = ahead <= 5 ? `${ahead}` : `about ${Math.ceil(ahead / 10) * 10}`;
  return `It waits for its turn: ${count} ${ahead === 1 ? 'run goes' : 'runs go'} before it.`;
}
