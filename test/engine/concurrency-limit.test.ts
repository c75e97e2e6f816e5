/** Slots are shared by repositories: whoever has fewest at work goes first. */
import { describe, expect, it } from 'vitest';
import {
  type ConcurrencyLimit,
  createConcurrencyLimit,
  type Permit,
  placeInQueue,
} from '../../src/engine/concurrency-limit.ts';

const [BUSY, QUIET, OTHER] = [1, 2, 3];
let nowMs = 0;
const clock = { now: () => new Date(nowMs) };
const limitOf = (all: number, perRepository = all) =>
  createConcurrencyLimit({ all, perRepository }, clock);

/** Takes one that must be free. */
function taken(limit: ConcurrencyLimit, run: string, repository: number): () => void {
  const slot = limit.take(run, repository);
  if (!slot.taken) throw new Error(`${run} has to wait`);
  return slot.release;
}
const waits = (slot: Permit) => (slot.taken ? 'has one' : slot.ahead);

describe('a slot that becomes free', () => {
  it('goes to the repository that has fewest at work, however many of another wait for longer', () => {
    const limit = limitOf(4);
    const atWork = ['1', '2', '3', '4'].map(run => taken(limit, run, BUSY));
    const line = Array.from({ length: 300 }, (_, index) => `waiting ${index}`);
    const places = line.map(run => waits(limit.take(run, BUSY)));
    expect([places[0], places[7], places[299]]).toEqual([0, 7, 299]);
    expect(waits(limit.take('quiet', QUIET))).toBe(0);
    atWork[0]?.();
    // Whoever asks first, it is not theirs.
    expect(waits(limit.take('waiting 0', BUSY))).toBe(0);
    taken(limit, 'quiet', QUIET);
    atWork[1]?.();
    expect(waits(limit.take('waiting 1', BUSY))).toBe(0);
    taken(limit, 'waiting 0', BUSY);
  });

  it('goes in turns where several wait, and within each to whoever has waited longest', () => {
    const limit = limitOf(1);
    let release = taken(limit, 'first', OTHER);
    const asked: [string, number][] = [
      ...['b1', 'b2', 'b3'].map((run): [string, number] => [run, BUSY]),
      ...['q1', 'q2'].map((run): [string, number] => [run, QUIET]),
    ];
    const order: string[] = [];
    for (const [run, repository] of asked) limit.take(run, repository);
    while (order.length < asked.length) {
      release();
      const left = asked.filter(([run]) => !order.includes(run));
      for (const [run, repository] of left) {
        const slot = limit.take(run, repository);
        if (!slot.taken) continue;
        order.push(run);
        release = slot.release;
      }
    }
    expect(order).toEqual(['b1', 'q1', 'b2', 'q2', 'b3']);
  });

  it('waits for nobody who no longer asks', () => {
    const limit = limitOf(1);
    const release = taken(limit, 'first', BUSY);
    limit.take('gone', QUIET);
    release();
    expect(waits(limit.take('next', BUSY))).toBe(0);
    nowMs += 4_000;
    limit.take('next', BUSY);
    nowMs += 4_000;
    taken(limit, 'next', BUSY);
  });

  it('given back twice is one slot', () => {
    const limit = limitOf(1);
    const release = taken(limit, 'first', BUSY);
    release();
    release();
    taken(limit, 'second', BUSY);
    expect(waits(limit.take('third', BUSY))).toBe(0);
  });
});

it('one repository never holds more than its own limit, and stands in nobody’s way', () => {
  const limit = limitOf(4, 3);
  for (const run of ['1', '2', '3']) taken(limit, run, BUSY);
  expect(waits(limit.take('4', BUSY))).toBe(0);
  expect(waits(limit.take('5', BUSY))).toBe(1);
  taken(limit, 'quiet', QUIET);
});

it('says for how long one has waited', () => {
  const limit = limitOf(1);
  taken(limit, 'first', BUSY);
  limit.take('second', BUSY);
  nowMs += 2_500;
  expect(limit.take('second', BUSY)).toMatchObject({ sinceMs: 2_500 });
});

it.each([
  [0, 'It begins as soon as one of the runs at work has ended.'],
  [1, 'It waits for its turn: 1 run goes before it.'],
  [5, 'It waits for its turn: 5 runs go before it.'],
  [6, 'It waits for its turn: about 10 runs go before it.'],
  [211, 'It waits for its turn: about 220 runs go before it.'],
])('a place in line behind %i is told in few words', (ahead, said) => {
  expect(placeInQueue(ahead)).toBe(said);
});
