/** Polls of which one process of many makes each: whoever has the lease, nobody else has it as long. */
import { randomUUID } from 'node:crypto';
import type { Dependencies } from '../dependencies.ts';
import { leaderLease } from '../lease-guard.ts';

/** Looks once; returns how much it found. Ends soon, by a throw, where the signal is aborted. */
export type Poll = (signal: AbortSignal) => Promise<number>;

/**
 * Runs `look` where no process has begun one within the last `everyMs`, and says whether it did. The
 * lease is not released: that it ends by itself is what spaces the polls, also where a process dies in one.
 */
export async function withLeaderLease(
  { leases, settings }: Pick<Dependencies, 'leases' | 'settings'>,
  poll: string,
  everyMs: number,
  look: () => Promise<unknown>,
): Promise<boolean> {
  // Each time is a holder of its own: a process does not follow itself sooner than others.
  const holder = `${settings.worker}/${randomUUID()}`;
  if ((await leases.acquire(leaderLease(poll), holder, everyMs)) === null) return false;
  await look();
  return true;
}
