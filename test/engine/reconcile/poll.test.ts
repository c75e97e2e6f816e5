/** Polls are made in turn: whoever does not make one asks for nothing until it can be its turn. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import type { Poll } from '../../../src/engine/reconcile/leader-lease.ts';
import { pollInTurn } from '../../../src/engine/reconcile/poll.ts';
import { until } from '../../demo/until.ts';
import { openServices, type TestServices } from '../test-services.ts';

let services: TestServices;
beforeAll(async () => {
  services = await openServices();
});
afterAll(() => services.close());

const stopping: { stop(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(stopping.splice(0).map(each => each.stop()));
});

type Started = {
  name: string;
  everyMs: number;
  look: Poll;
  whenDue?: (signal: AbortSignal) => Promise<unknown>;
};

/** A process that polls, with how often it has asked for the lease. */
function startPolling({ everyMs, ...poll }: Started) {
  const ending = new AbortController();
  const process = { asked: 0, stop };
  const { leases } = services;
  const counted: typeof leases = {
    ...leases,
    acquire(...given) {
      process.asked += 1;
      return leases.acquire(...given);
    },
  };
  const times = { everyMs, slowestMs: everyMs };
  const polling = pollInTurn({ ...services, leases: counted }, { ...poll, times }, ending.signal);
  async function stop() {
    ending.abort(new Error('stopping'));
    await polling;
  }
  stopping.push(process);
  return process;
}

it('asks for the lease about once for each time that it has ended', async () => {
  const [name, everyMs] = [randomUUID(), 200];
  let looks = 0;
  const look = async () => (looks += 1);
  const processes = [1, 2].map(() => startPolling({ name, everyMs, look }));
  await until('ten looks', async () => looks >= 10);
  // Before, each asked four times for each look.
  for (const { asked } of processes) expect(asked).toBeLessThanOrEqual(looks + 2);
});

it('is followed by another process where the one that looked is gone', async () => {
  const [name, everyMs] = [randomUUID(), 300];
  const looked: string[] = [];
  const start = (worker: string) =>
    startPolling({ name, everyMs, look: async () => looked.push(worker) });
  const first = start('first');
  await until('the first look', async () => looked.includes('first'));
  await first.stop();
  start('second');
  await until('the second to look', async () => looked.includes('second'));
});

it('looks again after a look that failed, and says so', async () => {
  let looks = 0;
  const look = async () => {
    looks += 1;
    throw new Error('GitHub is away');
  };
  const name = randomUUID();
  startPolling({ name, everyMs: 50, look });
  await until('a second look', async () => looks >= 2);
  expect(services.logged).toContainEqual({
    level: 'warn',
    fields: { err: new Error('GitHub is away') },
    message: `the poll for ${name} failed`,
  });
});

it('asks for nothing until something is due, and ends while it waits for that', async () => {
  const due = Promise.withResolvers<void>();
  let looks = 0;
  const process = startPolling({
    name: randomUUID(),
    everyMs: 20,
    look: async () => (looks += 1),
    whenDue: signal =>
      looks === 0 ? due.promise : sleep(60_000, undefined, { signal, ref: false }),
  });
  expect(process.asked).toBe(0);
  due.resolve();
  await until('a look', async () => looks === 1);
  await process.stop();
  expect(process.asked).toBe(1);
});
