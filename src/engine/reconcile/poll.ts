/**
 * A poll that this process makes in turn with all others. A process waits until the lease that spaces the
 * polls has ended, whoever has it: so one that fails is followed at once, and nobody asks meanwhile.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Dependencies } from '../dependencies.ts';
import { leaderLease } from '../lease-guard.ts';
import { nextPace, type Pace } from './intervals.ts';
import { type Poll, withLeaderLease } from './leader-lease.ts';

/** Timers may end a millisecond early, and the lease would still be held. */
const LATE_MS = 1;

type Polled = {
  name: string;
  times: Pace;
  look: Poll;
  /** Resolves once there is something to look at; by default there always may be. */
  whenDue?: (signal: AbortSignal) => Promise<unknown>;
};

/**
 * Polls until the signal is aborted. While polls find nothing, they become less frequent, up to every
 * `slowestMs`.
 */
export async function pollInTurn(
  deps: Pick<Dependencies, 'leases' | 'settings' | 'logger'>,
  { name, times, look, whenDue }: Polled,
  signal: AbortSignal,
): Promise<void> {
  let paceMs = times.everyMs;
  const poll = async (): Promise<number> => {
    await whenDue?.(signal);
    await withLeaderLease(deps, name, paceMs, async () => {
      paceMs = nextPace(paceMs, await look(signal), times);
    });
    return deps.leases.endsIn(leaderLease(name));
  };
  while (!signal.aborted) {
    // A poll that takes longer than its time, or fails, is not made again at once.
    let waitMs = times.everyMs / 4;
    try {
      waitMs = Math.max(waitMs, LATE_MS + (await poll()));
    } catch (error) {
      if (!signal.aborted) deps.logger.warn({ err: error }, `the poll for ${name} failed`);
    }
    await sleep(waitMs, undefined, { signal }).catch(() => {});
  }
}
