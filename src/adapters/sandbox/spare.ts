/**
 * A spare sandbox: one that was prepared before it is wanted, so that what is alike for all of them has
 * been done when one is. There is at most one, for a minute: it holds two waiting processes, and what the
 * host had mounted when it was prepared.
 */
import { readFileSync } from 'node:fs';
import { discard, type PreparedSandbox } from './prepare.ts';

const MOST_MS = 60_000;

export type Spare = {
  /** Prepares one where there is none. */
  fill(): void;
  /** `null` where there is none, or the host has other mounts by now, which a sandbox is to have as well. */
  take(): PreparedSandbox | null;
  /** Waits until nothing is left of it. */
  end(): Promise<void>;
};

export function createSpare(prepare: () => PreparedSandbox): Spare {
  let spare: { prepared: PreparedSandbox; mounts: string; timer: NodeJS.Timeout } | null = null;
  const remove = () => {
    const removed = spare;
    spare = null;
    clearTimeout(removed?.timer);
    return removed;
  };
  const drop = async () => {
    const removed = remove();
    if (removed) await discard(removed.prepared);
  };
  return {
    fill() {
      if (spare !== null) return;
      try {
        const mounts = mountsOfHost();
        const prepared = prepare();
        spare = { prepared, mounts, timer: setTimeout(() => void drop(), MOST_MS).unref() };
        void prepared.child.exited.then(() => {
          if (spare?.prepared === prepared) void drop();
        });
      } catch {
        // The sandbox that is wanted says why it can't be built.
      }
    },
    take() {
      if (spare !== null && spare.mounts !== mountsOfHost()) void drop();
      return remove()?.prepared ?? null;
    },
    end: drop,
  };
}

const mountsOfHost = () => readFileSync('/proc/self/mountinfo', 'utf8');
