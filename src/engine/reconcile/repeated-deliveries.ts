/**
 * Webhooks whose body came before: somebody did the same once more (suspended, dispatched, pressed a button),
 * or somebody repeats under another GUID what GitHub once signed. The signature covers the body alone, so
 * GitHub's log of deliveries, which has its own GUIDs, tells the two apart.
 */
import type { DeliveryEntry } from '../ports/github-record.ts';
import type { Poll } from './leader-lease.ts';
import { KEPT_MS, type LogParts, takeUpAll } from './missed-deliveries.ts';

/** A delivery may show in the log some minutes late. What a log read after this time lacks is not GitHub's. */
const LATE_MS = 10 * 60_000;
/** How far GitHub's clock and ours may differ. */
const CLOCKS_MS = 2 * 60_000;

export function confirmRepeated(parts: LogParts): Poll {
  const { clock, deliveries, github } = parts;
  return async signal => {
    const now = clock.now().getTime();
    // While the log can't be read, they stay in doubt.
    const doubted = new Map(
      (await deliveries.doubted()).map(({ guid, receivedAt }) => [guid, receivedAt.getTime()]),
    );
    const [oldest] = doubted.values();
    if (oldest === undefined) return 0;
    const since = Math.max(oldest - CLOCKS_MS, now - KEPT_MS);
    const logged: DeliveryEntry[] = [];
    for await (const page of github.record.deliveries(new Date(since), 'all')) {
      for (const entry of page) if (doubted.delete(entry.guid)) logged.push(entry);
      if (doubted.size === 0) break;
    }
    const foreign = [...doubted].filter(([, receivedAt]) => receivedAt < now - LATE_MS);
    if (foreign.length > 0) await deliveries.dismiss(foreign.map(([guid]) => guid));
    return takeUpAll(parts, logged.reverse(), signal);
  };
}
