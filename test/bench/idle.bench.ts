/**
 * Measures the processor time of an idle `gatehouse serve`, PostgreSQL included, beside the same
 * libraries, connected and doing nothing, in the same minutes.
 */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openEnvironment, startCommand } from '../cli/environment.ts';
import { compared, type Figure } from '../figures/figures.ts';
import { startChild } from './child.ts';
import { processorTime } from './processor-time.ts';

export const name = 'idle';

/** The time after the start until one-time work is done, and the pools have closed what only that needed. */
const SETTLE_MS = 20_000;
/** What comes once a minute comes once. */
const WATCH_MS = 60_000;

export async function measure(): Promise<Figure[]> {
  const environment = await openEnvironment();
  const serve = startCommand(['serve', '--json'], environment.env);
  const bare = startChild(join(import.meta.dirname, 'idle/libraries.ts'));
  try {
    await bare.ask('start');
    await serve.says('http://');
    await sleep(SETTLE_MS);
    const { pid } = serve.child;
    if (pid === undefined) throw new Error('`serve` could not be started');
    const both = () => Promise.all([processorTime(pid), processorTime(bare.pid)]);
    const [before, began] = [await both(), performance.now()];
    await sleep(WATCH_MS);
    const [after, ended] = [await both(), performance.now()];
    const [ours = 0, plain = 0] = after.map(
      (ms, at) => ((ms - (before[at] ?? 0)) / (ended - began)) * 100,
    );
    return [
      compared(
        '`serve` with nothing to do, beside the same libraries, connected and doing nothing',
        { value: ours, unit: '% of a core', baseline: plain },
        { most: 1.5 },
      ),
    ];
  } finally {
    await serve.stop();
    await bare.stop();
    await environment.close();
  }
}
