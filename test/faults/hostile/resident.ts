/** The resident memory of processes, watched while something happens. Megabytes. */
import { readFile } from 'node:fs/promises';

const EVERY_MS = 200;

export async function residentOf(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) / 1024;
}

/** Watches until `stop`, which returns the most that each process held. */
export function watchResident(pids: readonly number[]): { stop(): number[] } {
  const most = pids.map(() => 0);
  const timer = setInterval(() => {
    for (const [at, pid] of pids.entries())
      residentOf(pid).then(
        now => (most[at] = Math.max(most[at] ?? 0, now)),
        () => {}, // It has ended, which the proof finds elsewhere.
      );
  }, EVERY_MS);
  return {
    stop() {
      clearInterval(timer);
      return most;
    },
  };
}
