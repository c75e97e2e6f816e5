/** Where the log says that its anchors stand. */
import { CheckpointEvent } from '../../core/checkpoint/events.ts';
import { CHECKPOINTS } from '../../core/stream.ts';
import type { AuditSource } from '../audit-source.ts';

/** `until`: the last checkpoint that was anchored then; `at`: when that was noted. */
export type PlacedAnchor = { place: string; until: number; at: string };

/** GitHub keeps check runs for 400 days. */
const KEPT_MS = 400 * 86_400_000;

/** The newest first. What is older than GitHub keeps check runs is left out, by the log's own time. */
export async function placedAnchors(record: AuditSource): Promise<PlacedAnchor[]> {
  const placed: PlacedAnchor[] = [];
  let newest = 0;
  for await (const { type, v, data, at } of record.events(CHECKPOINTS)) {
    newest = Math.max(newest, Date.parse(at));
    const event = CheckpointEvent.safeParse({ type, v, data });
    if (event.data?.type !== 'checkpoint.anchored') continue;
    const { checkpoint: until, places } = event.data.data;
    for (const place of places) placed.push({ place, until, at });
  }
  return placed.filter(({ at }) => Date.parse(at) >= newest - KEPT_MS).reverse();
}
