/** The anchors that GitHub keeps of one repository, read once for all who ask within some minutes. */
import type { Repository } from '../../core/actor.ts';
import type { Anchor } from '../../core/checkpoint/anchor.ts';
import { createKeyedMutex } from '../../engine/keyed-mutex.ts';
import type { Clock } from '../../engine/ports/clock.ts';
import type { GitHubRecord } from '../../engine/ports/github-record.ts';

/** Anchors are written once an hour. Milliseconds. */
const GOOD_MS = 5 * 60_000;
/** Repositories of which they are kept. */
const MOST_KEPT = 100;

/** Rejects where `signal` is aborted before they are read. */
export type AnchorsSeen = (repository: Repository, signal: AbortSignal) => Promise<Anchor[]>;

export function createAnchorsSeen(
  record: Pick<GitHubRecord, 'anchors'>,
  clock: Clock,
): AnchorsSeen {
  const known = new Map<number, { at: number; anchors: Anchor[] }>();
  const inTurn = createKeyedMutex();
  return (repository, signal) =>
    inTurn(String(repository.id), async () => {
      signal.throwIfAborted();
      const last = known.get(repository.id);
      if (last && Math.abs(clock.now().getTime() - last.at) < GOOD_MS) return last.anchors;
      const anchors: Anchor[] = [];
      for await (const anchor of record.anchors(repository, signal)) anchors.push(anchor);
      known.delete(repository.id);
      known.set(repository.id, { at: clock.now().getTime(), anchors });
      const [oldest] = known.keys();
      if (known.size > MOST_KEPT && oldest !== undefined) known.delete(oldest);
      return anchors;
    });
}
