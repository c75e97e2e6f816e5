/** One clock for all processes: the database's. Machines may be wrong, and each in its own way. */
import type { Clock } from '../../engine/ports/clock.ts';

/** This machine's clock may be set anew while we run. */
const MEASURE_MS = 30_000;

/** `now` asks the database; in between, its time is this machine's corrected by the difference. */
export async function databaseClock(
  now: () => Promise<Date>,
): Promise<Clock & { stop(): void; offsetMs(): number }> {
  let offset = 0;
  async function measure(): Promise<void> {
    const before = Date.now();
    const there = await now();
    offset = there.getTime() - (before + Date.now()) / 2;
  }
  await measure();
  // Where it does not answer, what was measured last is the best there is.
  const timer = setInterval(() => void measure().catch(() => {}), MEASURE_MS);
  timer.unref();
  return {
    now: () => new Date(Date.now() + offset),
    stop: () => clearInterval(timer),
    offsetMs: () => Math.round(offset),
  };
}
