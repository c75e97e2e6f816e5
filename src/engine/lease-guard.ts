/** Holding a lease while something is done under it, and the names of the leases there are. */
import { randomUUID } from 'node:crypto';
import { type StreamRef, streamName } from '../core/stream.ts';
import type { Fence } from './ports/event-log.ts';
import type { Leases } from './ports/leases.ts';

export type LeaseGuard = {
  fence: Fence;
  /**
   * Who held it before: nobody ever, somebody who recorded what came of the work (`settled`), or somebody
   * who did not, and may have done it all the same (`doubted`).
   */
  before: 'nobody' | 'settled' | 'doubted';
  /** Aborted once the lease is lost, the work is pointless, or the process stops. */
  signal: AbortSignal;
  /** Throws where the epoch is over: called right before every write to the outside. */
  check(): Promise<void>;
  /** The lease was released with an append: nothing is left to release. */
  released(): void;
};

export class LeaseLost extends Error {
  override readonly name = 'LeaseLost';
}

/** The effect was settled meanwhile, for example because its task was canceled: nobody takes it up. */
export class NotWanted extends LeaseLost {}

/** The right to perform one effect. */
export const effectLease = (stream: StreamRef, key: string): string =>
  `${effectLeases(stream)}${key}`;

/** How the names of the leases of all effects of a stream begin. */
export const effectLeases = (stream: StreamRef): string => `effect:${streamName(stream)}:`;

/** The right to write one branch of one repository. */
export const refLease = (repositoryId: number, branch: string): string =>
  `ref:${repositoryId}:refs/heads/${branch}`;

/** The right to be the one process that makes a poll. */
export const leaderLease = (poll: string): string => `turn:${poll}`;

const TTL_MS = 10_000;
const RENEW_MS = 1_000;

/**
 * Does `work` while holding `name`; `null` where somebody else holds it. `stillWanted` is asked at
 * each renewal: once it says no, the work is aborted.
 */
export async function withLease<T>(
  leases: Leases,
  wanted: {
    name: string;
    holder: string;
    signal: AbortSignal;
    stillWanted: () => Promise<boolean>;
  },
  work: (guard: LeaseGuard) => Promise<T>,
): Promise<{ done: T } | null> {
  const { name } = wanted;
  // Each call is a holder of its own: a process can't take over from itself by mistake.
  const holder = `${wanted.holder}/${randomUUID()}`;
  /** The time at which the last granted renewal was asked for. */
  let renewed = performance.now();
  const acquired = await leases.acquire(name, holder, TTL_MS);
  if (acquired === null) return null;
  const { epoch, doubted } = acquired;
  const before = epoch === 1 ? 'nobody' : doubted ? 'doubted' : 'settled';
  let held = true;
  const lost = new AbortController();
  const signal = AbortSignal.any([wanted.signal, lost.signal]);
  const renewal = setInterval(() => void renew(), RENEW_MS);
  const renew = async () => {
    const asked = performance.now();
    // There was no answer for so long that somebody else may have taken over by now.
    if (asked - renewed >= TTL_MS) return lost.abort(new LeaseLost(`${name}: not renewed`));
    try {
      const standing = await leases.renew(name, epoch, TTL_MS);
      // It was released while the renewal was asked for: nothing is lost.
      if (!held) return;
      if (standing) renewed = asked;
      if (!standing) lost.abort(new LeaseLost(`${name}: not ours any more`));
      else if (!(await wanted.stillWanted())) lost.abort(new NotWanted(`${name}: not wanted`));
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
    return { done: await work({ fence: { lease: name, epoch }, before, signal, check, released }) };
  } finally {
    clearInterval(renewal);
    // A lease that can't be released now ends by itself.
    if (held) await leases.release(name, epoch).catch(() => {});
  }
}
