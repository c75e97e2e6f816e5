/** The anchors that GitHub keeps of one repository, read once for all who ask within some minutes. */
import type { Repository } from '../../core/actor.ts';
import { createBoundedCache } from '../../core/bounds/bounded-cache.ts';
import type { Anchor } from '../../core/checkpoint/anchor.ts';
import type { Clock } from '../../engine/ports/clock.ts';
import type { GitHubRecord } from '../../engine/ports/github-record.ts';

/** Anchors are written once an hour. Milliseconds. */
const GOOD_MS = 5 * 60_000;
/** Repositories of which they are kept. */
const MOST_KEPT = 100;

/** Rejects where `signal` is aborted before they are read; the read goes on for whoever asks next. */
export type AnchorsSeen = (repository: Repository, signal: AbortSignal) => Promise<Anchor[]>;

export function createAnchorsSeen(
  record: Pick<GitHubRecord, 'anchors'>,
  clock: Clock,
): AnchorsSeen {
  const known = createBoundedCache<number, { at: number; anchors: Anchor[] }>(MOST_KEPT);
  const underWay = new Map<number, Promise<Anchor[]>>();
  const read = async (repository: Repository): Promise<Anchor[]> => {
    const anchors = await Array.fromAsync(record.anchors(repository));
    known.set(repository.id, { at: clock.now().getTime(), anchors });
    return anchors;
  };
  return async (repository, signal) => {
    signal.throwIfAborted();
    const last = known.get(repository.id);
    if (last && Math.abs(clock.now().getTime() - last.at) < GOOD_MS) return last.anchors;
    const reading =
      underWay.get(repository.id) ?? read(repository).finally(() => underWay.delete(repository.id));
    underWay.set(repository.id, reading);
    return Promise.race([reading, aborted(signal)]);
  };
}

const aborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
