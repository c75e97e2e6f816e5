/** One busy repository delays no quiet one: in the line, and where a process does what is dispatched to it. */
import { expect, it } from 'vitest';
import { createFairQueue } from '../../src/core/bounds/fair-queue.ts';
import { repositoryIn } from '../../src/core/repository-in.ts';
import { createDispatcher } from '../../src/engine/dispatch.ts';
import type { Job, Queue } from '../../src/engine/ports/queue.ts';

const ROOM = { inLane: 100, inAll: 1_000 };

it('serves lanes in turn, the shortest first, each in its own order', () => {
  const line = createFairQueue<string>(ROOM);
  for (const item of ['a1', 'a2', 'a3', 'b1', 'c1', 'c2']) line.add(item.slice(0, 1), item);
  const served = Array.from({ length: 7 }, () => line.next());
  expect(served).toEqual(['b1', 'c1', 'a1', 'c2', 'a2', 'a3', null]);
});

it('whoever comes late is served next, and has saved up no turns', () => {
  const line = createFairQueue<string>(ROOM);
  for (let n = 0; n < 50; n++) line.add('busy', `busy ${n}`);
  for (let n = 0; n < 10; n++) line.next();
  for (const item of ['quiet 1', 'quiet 2', 'quiet 3']) line.add('quiet', item);
  const served = Array.from({ length: 4 }, () => line.next());
  expect(served).toEqual(['quiet 1', 'quiet 2', 'busy 10', 'quiet 3']);
});

it('one that empties its lane again and again takes no more turns than the others', () => {
  const line = createFairQueue<string>(ROOM);
  for (let n = 0; n < 50; n++) line.add('busy', 'busy');
  let often = 0;
  for (let n = 0; n < 40; n++) {
    line.add('often', 'often');
    if (line.next() === 'often') often += 1;
  }
  expect(often).toBeLessThanOrEqual(21);
});

it('has room for so many in a lane, and in all', () => {
  const line = createFairQueue<number>({ inLane: 2, inAll: 3 });
  const added = ['a', 'a', 'a', 'b', 'c'].map((lane, n) => line.add(lane, n));
  expect(added).toEqual([true, true, false, true, false]);
  line.next();
  expect(line.add('c', 9)).toBe(true);
});

it('reads the repository of a delivery, which no text in it can name', () => {
  const body = (value: object) => Buffer.from(JSON.stringify(value));
  expect(repositoryIn(body({ action: 'opened', repository: { id: 42, name: 'x' } }))).toBe(42);
  const text = '"repository":{"id":7,"';
  const issue = { issue: { body: text }, repository: { id: 42 } };
  expect(repositoryIn(body(issue))).toBe(42);
  expect(repositoryIn(body({ zen: 'Keep it logically awesome.' }))).toBeNull();
});

/** A queue in memory, whose consumer takes what was added first. */
function queueInMemory() {
  const jobs: Job[] = [];
  const queue: Queue = {
    add: async added => void jobs.push(...added.map(({ job }) => job)),
    consume: async () => ({ stop: async () => {} }),
    close: async () => {},
  };
  return { jobs, queue };
}

it('of a burst of 10,000 deliveries over 50 repositories none is lost, and the quiet one is next', async () => {
  const LIMIT = 8;
  const { jobs, queue } = queueInMemory();
  const dispatcher = createDispatcher({
    queue,
    outbox: { due: async () => [] },
    deliveries: { due: async () => [] },
    clock: { now: () => new Date() },
    warn: problem => expect.unreachable(problem),
  });
  const done = new Map<string, number>();
  let next = Promise.withResolvers<void>();
  let order = 0;
  const perform = async (job: Job) => {
    const { guid } = job as Extract<Job, { name: 'delivery' }>;
    await next.promise;
    expect(done.has(guid), guid).toBe(false);
    done.set(guid, ++order);
  };
  dispatcher.doHere(LIMIT, perform);
  for (let n = 0; n < 10_000; n++) await dispatcher.delivered(`busy-${n}`, n % 50);
  // What waits here is bounded; the rest is in the queue.
  expect(jobs.length).toBe(10_000 - LIMIT - 50 * 8);
  await dispatcher.delivered('quiet', 77);
  const turn = async () => {
    const before = next;
    next = Promise.withResolvers();
    before.resolve();
    await new Promise(setImmediate);
  };
  await turn();
  await turn();
  // Those that were at work, and at most one turn of the line.
  expect(done.get('quiet')).toBeLessThanOrEqual(2 * LIMIT);
  const consumer = async () => {
    for (let job = jobs.shift(); job; job = jobs.shift()) await dispatcher.inTurn(job, perform);
  };
  let consumed = false;
  void Promise.all(Array.from({ length: LIMIT }, consumer)).then(() => {
    consumed = true;
  });
  while (!consumed || done.size < 10_001) await turn();
  await dispatcher.drain();
  expect(done.size).toBe(10_001);
});
