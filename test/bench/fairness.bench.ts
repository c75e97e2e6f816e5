/**
 * Measures fairness: 10,000 deliveries of 50 busy repositories are stored and dispatched at once, and how long
 * a quiet repository's deliveries take meanwhile, beside what they take alone. Each waits for GitHub once.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { createQueue } from '../../src/adapters/queue/queue.ts';
import { createStore } from '../../src/adapters/store/store.ts';
import { createDispatcher } from '../../src/engine/dispatch.ts';
import type { Job } from '../../src/engine/ports/queue.ts';
import { compared, type Figure, valued } from '../figures/figures.ts';
import { ownDatabase } from './own-database.ts';
import { median } from './rounds.ts';

export const name = 'fairness';

const BURST = 10_000;
const REPOSITORIES = 50;
/** As `SHORT_JOBS` of the engine. */
const LIMIT = 24;
/** What one answer of GitHub takes. */
const GITHUB_MS = 100;
const SAMPLES = 40;
const QUIET = 7_777;
/** What has not been settled for so long is lost; the queue tries again after less. */
const PATIENCE_MS = 60_000;

export async function measure(): Promise<Figure[]> {
  const closing: (() => Promise<unknown>)[] = [];
  const url = await ownDatabase(closing);
  const store = await createStore({ url, log: () => {} });
  const queue = await createQueue({ kind: 'postgres', url }, () => {});
  const warn = (problem: string, error: unknown) => process.stderr.write(`${problem}: ${error}\n`);
  const dispatcher = createDispatcher({ ...store, queue, clock: { now: () => new Date() }, warn });
  const { deliveries } = store;
  const ended = new Map<string, (value: unknown) => void>();
  const perform = async (job: Job) => {
    if (job.name !== 'delivery' || (await deliveries.find(job.guid))?.state !== 'stored') return;
    await sleep(GITHUB_MS);
    await deliveries.settle(job.guid, 'handled', 'measured');
    ended.get(job.guid)?.(null);
  };
  dispatcher.doHere(LIMIT, perform);
  const consumer = await queue.consume(job => dispatcher.inTurn(job, perform), {
    concurrency: LIMIT,
  });
  const deliver = async (repository: number): Promise<string> => {
    const guid = randomUUID();
    const body = Buffer.from(JSON.stringify({ guid, repository: { id: repository } }));
    await deliveries.receive({ guid, event: 'issue_comment', body });
    return guid;
  };
  /** Milliseconds from the acknowledgement to the end, one delivery after the other. */
  const quiet = async () => {
    const took: number[] = [];
    for (let n = 0; n < SAMPLES; n++) {
      const guid = await deliver(QUIET);
      const from = performance.now();
      await new Promise(done => {
        ended.set(guid, done);
        void dispatcher.delivered(guid, QUIET);
      });
      took.push(performance.now() - from);
      await sleep(50);
    }
    return median(took);
  };

  const alone = await quiet();
  const before = process.memoryUsage().rss;
  let peak = before;
  const watch = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage().rss);
  }, 100);
  const sent: Promise<unknown>[] = [];
  for (let n = 0; n < BURST; n++) {
    const repository = n % REPOSITORIES;
    sent.push(deliver(repository).then(guid => dispatcher.delivered(guid, repository)));
    // GitHub opens no more connections at once.
    if (n % 100 === 99) await Promise.all(sent.splice(0));
  }
  const inBurst = await quiet();
  // The database is asked: who settled a delivery may have had no answer to it.
  const waiting = async () => (await deliveries.unsettled(0, BURST)).length;
  // What was measured has to have been measured under the burst.
  const left = await waiting();
  let [lost, since] = [left, performance.now()];
  // The sweep finds what a queue has lost; what it does not find either stays here.
  while (lost > 0 && performance.now() - since < PATIENCE_MS) {
    await dispatcher.sweep();
    await sleep(1_000);
    const now = await waiting();
    if (now < lost) since = performance.now();
    lost = now;
  }
  clearInterval(watch);
  await consumer.stop(1_000);
  await dispatcher.drain();
  await queue.close();
  await store.close();
  for (const close of closing) await close();
  return [
    compared(
      "a quiet repository's delivery under a burst of 10,000 over 50 others",
      { value: inBurst, unit: 'ms', baseline: alone },
      { most: 1.5 },
    ),
    valued('deliveries of the burst that waited still', left, '', { least: 1 }),
    valued('deliveries lost', lost, '', { most: 0 }),
    valued('resident memory that the burst adds', (peak - before) / 1e6, 'MB', { most: 200 }),
  ];
}
