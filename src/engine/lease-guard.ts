/** Holding a lease while something is done under it. */
import { randomUUID } from 'node:crypto';
import type { Fence } from './ports/event-log.ts';
import type { Leases } from './ports/leases.ts';

export type LeaseGuard = {
  fence: Fence;
  /** Aborted once the lease is lost, the work is pointless, or the process stops. */
  signal: AbortSignal;
  /** Throws where the epoch is over: asked right before every write to the outside. */
  check(): Promise<void>;
  /** The lease was given back with an append: there is nothing left to release. */
  released(): void;
};

export class LeaseLost extends Error {
  override readonly name = 'ClaimLost';
}

const TTL_MS = 10_000;
const RENEW_MS = 1_000;

/**
 * Does `work` while holding `name`; `null` where somebody else holds it. `stillWanted` is asked at
 * each renewal: once it says no, the work is aborted.
 */
export async function withLease<T>(
  leases: Leases,
  claim: { name: string; holder: string; signal: AbortSignal; stillWanted: () => Promise<boolean> },
  work: (guard: LeaseGuard) => Promise<T>,
): Promise<{ done: T } | null> {
  const { name } = claim;
  // Each claim is a holder of its own: a process can't take over from itself by mistake.
  const holder = `${claim.holder}/${randomUUID()}`;
  /** When the renewal was asked for that was granted last. */
  let renewed = performance.now();
  const epoch = await leases.acquire(name, holder, TTL_MS);
  if (epoch === null) return null;
  let held = true;
  const lost = new AbortController();
  const signal = AbortSignal.any([claim.signal, lost.signal]);
  const renewal = setInterval(() => void renew(), RENEW_MS);
  const renew = async () => {
    const asked = performance.now();
    // Nothing was answered for so long that by now somebody else may have taken over.
    if (asked - renewed >= TTL_MS) return lost.abort(new LeaseLost(`${name}: not renewed`));
    try {
      const standing = await leases.renew(name, epoch, TTL_MS);
      // Given back while it was asked for: nothing is lost.
      if (!held) return;
      if (standing) renewed = asked;
      if (!standing || !(await claim.stillWanted()))
        lost.abort(new LeaseLost(`${name}: not ours any more`));
    } catch (error) {
      // The database is away: it may come back as long as nobody else can have taken over.
      if (performance.now() - renewed >= TTL_MS / 2) lost.abort(error);
    }
  };
  try {
    const check = async () => {
      signal.throwIfAborted();
      if (!(await leases.holds(name, epoch))) throw new LeaseLost(`${name}: not ours any more`);
    };
    const released = () => {
      held = false;
      clearInterval(renewal);
    };
    return { done: await work({ fence: { lease: name, epoch }, signal, check, released }) };
  } finally {
    clearInterval(renewal);
    // A lease that can't be released now ends by itself.
    if (held) await leases.release(name, epoch).catch(() => {});
  }
}
