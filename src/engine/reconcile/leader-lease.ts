/** Rounds that one process of many makes: whoever takes the turn, nobody else has one for as long. */
import { randomUUID } from 'node:crypto';
import type { Dependencies } from '../dependencies.ts';

/** Looks once; returns how much it found. Ends soon, by a throw, where the signal is aborted. */
export type Poll = (signal: AbortSignal) => Promise<number>;

/**
 * Runs `round` where no process has begun one within the last `everyMs`, and says whether it did. The
 * lease is not given back: that it ends by itself is what spaces the rounds, whoever dies in one.
 */
export async function withLeaderLease(
  { leases, settings }: Pick<Dependencies, 'leases' | 'settings'>,
  name: string,
  everyMs: number,
  round: () => Promise<number>,
): Promise<boolean> {
  // Each turn is a holder of its own: a process does not follow itself sooner than others.
  const holder = `${settings.worker}/${randomUUID()}`;
  if ((await leases.acquire(`turn:${name}`, holder, everyMs)) === null) return false;
  await round();
  return true;
}
