/** Measures the processor time of an idle `gatehouse serve`, PostgreSQL included. */
import { setTimeout as sleep } from 'node:timers/promises';
import { openEnvironment, startCommand } from '../cli/environment.ts';
import { type Figure, valued } from '../figures/figures.ts';
import { processorTime } from './processor-time.ts';

export const name = 'idle';

/** The time after the start until one-time work is done. */
const SETTLE_MS = 8_000;
const WATCH_MS = 25_000;

export async function measure(): Promise<Figure[]> {
  const environment = await openEnvironment();
  const serve = startCommand(['serve', '--json'], environment.env);
  try {
    await serve.says('http://');
    await sleep(SETTLE_MS);
    const root = serve.child.pid;
    if (root === undefined) throw new Error('`serve` could not be started');
    const [before, began] = [await processorTime(root), performance.now()];
    await sleep(WATCH_MS);
    const [after, ended] = [await processorTime(root), performance.now()];
    const total = (used: Map<string, number>) =>
      [...used.values()].reduce((sum, ms) => sum + ms, 0);
    const share = ((total(after) - total(before)) / (ended - began)) * 100;
    return [valued('`serve` with nothing to do', share, '% of a core', { most: 1 })];
  } finally {
    await serve.stop();
    await environment.close();
  }
}
