/**
 * Deliveries that GitHub could not make: it tries each once, and keeps them in the App's log for three
 * days. Those in the log that were never stored here are fetched and stored as if they had arrived.
 */
import type { Dependencies } from '../dependencies.ts';
import { type FailedDelivery, GitHubFailure } from '../ports/github.ts';
import type { Poll } from './leader-lease.ts';

/** GitHub's log goes back no further. */
const KEPT_MS = 3 * 86_400_000;
/** An attempt may show in the log later than others that began after it. */
const OVERLAP_MS = 15 * 60_000;

type MissedDeliveries = Pick<Dependencies, 'github' | 'deliveries' | 'clock' | 'logger'> & {
  delivered: (guid: string) => Promise<void>;
};

/** Remembers how far back the last whole poll went. */
export function findMissedDeliveries(parts: MissedDeliveries): Poll {
  const { github, deliveries, clock } = parts;
  let since: Date | null = null;
  return async signal => {
    const now = clock.now().getTime();
    const from = since ?? new Date(now - KEPT_MS);
    let found = 0;
    for await (const page of github.record.failedDeliveries(from)) {
      const unknown = new Set(await deliveries.unknown(page.map(({ guid }) => guid)));
      for (const failed of page) {
        signal.throwIfAborted();
        // Of several attempts one is enough.
        if (unknown.delete(failed.guid) && (await takeUp(parts, failed))) found += 1;
      }
    }
    since = new Date(now - OVERLAP_MS);
    return found;
  };
}

async function takeUp(parts: MissedDeliveries, failed: FailedDelivery): Promise<boolean> {
  const { github, deliveries, logger } = parts;
  const { id, guid, event } = failed;
  const body = await github.record.payload(id).catch(error => {
    // It may have left the log meanwhile; anything else ends the poll, which is made again.
    if (error instanceof GitHubFailure && error.class === 'not_found') return null;
    throw error;
  });
  if (body === null) return false;
  const received = await deliveries.receive({ guid, event, body });
  logger.info({ delivery: guid, event, received }, 'a missed delivery was found');
  if (received === 'stored') await parts.delivered(guid);
  return received === 'stored';
}
