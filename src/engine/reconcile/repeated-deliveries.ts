/**
 * Webhooks whose body came before: somebody did the same once more (suspended, dispatched, pressed a button),
 * or somebody repeats under another GUID what GitHub once signed. The signature covers the body alone, so
 * GitHub's log of deliveries, which has its own GUIDs, tells the two apart.
 */
import type { DeliveryEntry } from '../ports/github-record.ts';
import type { Poll } from './leader-lease.ts';
import { type LogParts, takeUpAll } from './missed-deliveries.ts';

/** A delivery may show in the log some minutes late. What is not in it by then is not GitHub's. */
export const DOUBTED_MS = 10 * 60_000;
/** How far GitHub's clock and ours may differ. */
const CLOCKS_MS = 2 * 60_000;

export function confirmRepeated(parts: LogParts): Poll {
  const { clock, deliveries, github } = parts;
  return async signal => {
    const since = clock.now().getTime() - DOUBTED_MS;
    const doubted = new Set(await deliveries.doubted(new Date(since)));
    if (doubted.size === 0) return 0;
    const logged: DeliveryEntry[] = [];
    for await (const page of github.record.deliveries(new Date(since - CLOCKS_MS), 'all')) {
      for (const entry of page) if (doubted.delete(entry.guid)) logged.push(entry);
      if (doubted.size === 0) break;
    }
    return takeUpAll(parts, logged.reverse(), signal);
  };
}
