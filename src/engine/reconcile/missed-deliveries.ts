/**
 * Deliveries that did not arrive: GitHub tries each once, and keeps them in the App's log for three
 * days. Those in the log that were never stored here are fetched and stored as if they had arrived.
 */
import { repositoryIn } from '../../core/repository-in.ts';
import type { Dependencies } from '../dependencies.ts';
import { GitHubFailure } from '../ports/github.ts';
import type { DeliveryEntry } from '../ports/github-record.ts';
import type { Poll } from './leader-lease.ts';

/** GitHub's log goes back no further. */
export const KEPT_MS = 3 * 86_400_000;
/** It is not a delivery that fails then, but GitHub or the database. */
const FAILURES_IN_ROW = 3;
/** An attempt may show in the log later than others that began after it. */
const OVERLAP_MS = 15 * 60_000;

export type LogParts = Pick<
  Dependencies,
  'github' | 'deliveries' | 'clock' | 'logger' | 'observe'
> & {
  delivered: (guid: string, repository: number | null) => Promise<void>;
};

type MissedDeliveries = LogParts & {
  /** Of a deployment whose webhook reaches nobody all are read: some host may acknowledge them. */
  which: 'failed' | 'all';
};

/** Remembers how far back the last whole poll went. */
export function findMissedDeliveries(parts: MissedDeliveries): Poll {
  const { clock } = parts;
  let since: Date | null = null;
  return async signal => {
    const now = clock.now().getTime();
    const missed = await missedSince(parts, since ?? new Date(now - KEPT_MS));
    const found = await takeUpAll(parts, missed.reverse(), signal);
    since = new Date(now - OVERLAP_MS);
    return found;
  };
}

/** Newest first, and of several attempts one. What means nothing to us is not worth a request. */
async function missedSince(
  { github, deliveries, which }: MissedDeliveries,
  from: Date,
): Promise<DeliveryEntry[]> {
  const missed = new Map<string, DeliveryEntry>();
  for await (const page of github.record.deliveries(from, which)) {
    const handled = page.filter(({ event, action }) => github.isHandled(event, action));
    const unknown = new Set(await deliveries.unknown(handled.map(({ guid }) => guid)));
    for (const entry of handled)
      if (unknown.has(entry.guid) && !missed.has(entry.guid)) missed.set(entry.guid, entry);
  }
  return [...missed.values()];
}

/**
 * Takes them up in the order in which they happened: a command may take back the one before it. One that
 * can't be read keeps back none of the others, and fails the poll only after them, which is made again.
 */
export async function takeUpAll(
  parts: LogParts,
  entries: readonly DeliveryEntry[],
  signal: AbortSignal,
): Promise<number> {
  let found = 0;
  let inRow = 0;
  let failed: { error: unknown } | null = null;
  for (const entry of entries) {
    signal.throwIfAborted();
    try {
      if (await takeUp(parts, entry)) found += 1;
      inRow = 0;
    } catch (error) {
      inRow += 1;
      failed ??= { error };
      const isLimit = error instanceof GitHubFailure && error.class === 'rate_limit';
      if (isLimit || inRow === FAILURES_IN_ROW) throw error;
    }
  }
  if (failed) throw failed.error;
  return found;
}

/** What stands in GitHub's log is GitHub's, also where the same body came before. */
async function takeUp(parts: LogParts, entry: DeliveryEntry): Promise<boolean> {
  const { github, deliveries, logger } = parts;
  const { id, guid, event } = entry;
  const body = await github.record.payload(id).catch(error => {
    // It may have left the log meanwhile.
    if (error instanceof GitHubFailure && error.class === 'not_found') return null;
    throw error;
  });
  if (body === null) return false;
  const received = await deliveries.receive({ guid, event, body, via: 'log' });
  logger.info({ delivery: guid, event, received }, "a delivery was read from GitHub's log");
  if (received !== 'stored' && !(await deliveries.confirm({ guid, event, body }))) return false;
  parts.observe({ type: 'delivery_found', in: 'log' });
  await parts.delivered(guid, repositoryIn(body));
  return true;
}
