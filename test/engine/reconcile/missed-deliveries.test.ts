/** What GitHub could not deliver is fetched from its log, once, and goes the way of every delivery. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { GitHubFailure } from '../../../src/engine/ports/github.ts';
import type { DeliveryEntry } from '../../../src/engine/ports/github-record.ts';
import { withLeaderLease } from '../../../src/engine/reconcile/leader-lease.ts';
import { findMissedDeliveries } from '../../../src/engine/reconcile/missed-deliveries.ts';
import { openServices, type TestServices } from '../test-services.ts';

let services: TestServices;
beforeAll(async () => {
  services = await openServices();
});
afterAll(() => services.close());

/** GitHub's log, newest first, and what each entry carries. */
let log: DeliveryEntry[] = [];
let carried: Map<string, string | GitHubFailure | null>;
let asked: Date[] = [];
let told: string[] = [];
let aheadMs = 0;
beforeEach(() => {
  log = [];
  carried = new Map();
  asked = [];
  told = [];
  aheadMs = 0;
});

const newRound = () =>
  findMissedDeliveries({
    ...services,
    clock: { now: () => new Date(Date.now() + aheadMs) },
    github: {
      ...services.github,
      isHandled: event => event !== 'status',
      record: {
        ...services.github.record,
        async *deliveries(since, which) {
          asked.push(since);
          expect(which).toBe('failed');
          yield log;
        },
        async payload(id) {
          const payload = carried.get(id);
          if (payload instanceof GitHubFailure) throw payload;
          return payload ? Buffer.from(payload) : null;
        },
      },
    },
    delivered: async guid => void told.push(guid),
    which: 'failed',
  });
const signal = new AbortController().signal;

let ids = 0;
type Over = { guid?: string; event?: string; payload?: string | GitHubFailure | null };
function failed(over: Over = {}) {
  const { guid = randomUUID(), event = 'issues' } = over;
  const entry = { id: String(++ids), guid, event, action: 'labeled' };
  log.unshift(entry);
  carried.set(
    entry.id,
    'payload' in over ? (over.payload ?? null) : JSON.stringify({ id: entry.id }),
  );
  return entry;
}

it('stores what was never stored, and tells of it in the order in which it happened', async () => {
  const [first, second] = [failed(), failed()];
  expect(await newRound()(signal)).toBe(2);
  expect(told).toEqual([first.guid, second.guid]);
  expect(await services.deliveries.find(first.guid)).toMatchObject({
    event: 'issues',
    body: Buffer.from(`{"id":"${first.id}"}`),
    state: 'stored',
  });
});

it('leaves alone what came after all, and takes one of several attempts', async () => {
  const came = failed();
  await services.deliveries.receive({ ...came, body: Buffer.from(randomUUID()) });
  const guid = randomUUID();
  failed({ guid });
  failed({ guid });
  const round = newRound();
  expect(await round(signal)).toBe(1);
  expect(told).toEqual([guid]);
  expect(await round(signal)).toBe(0);
});

it('passes over what GitHub has no longer, and what was no JSON object', async () => {
  failed({ payload: new GitHubFailure('not_found', 'gone', 404) });
  failed({ payload: null });
  const good = failed();
  expect(await newRound()(signal)).toBe(1);
  expect(told).toEqual([good.guid]);
});

it('is kept back by no delivery that can not be read, and is made again for it', async () => {
  failed({ payload: new GitHubFailure('server', 'one delivery is odd', 500) });
  const good = failed();
  const round = newRound();
  await expect(round(signal)).rejects.toThrow('one delivery is odd');
  expect(told).toEqual([good.guid]);
});

it('ends at a limit of GitHub, and where one after the other can not be read', async () => {
  for (let n = 0; n < 3; n += 1)
    failed({ payload: new GitHubFailure('server', 'GitHub is not well', 502) });
  failed();
  await expect(newRound()(signal)).rejects.toThrow('GitHub is not well');
  log = [];
  failed({ payload: new GitHubFailure('rate_limit', 'later', 403) });
  failed();
  await expect(newRound()(signal)).rejects.toThrow('later');
  expect(told).toEqual([]);
});

it('asks for no payload of what means nothing', async () => {
  failed({ event: 'status', payload: new GitHubFailure('server', 'it was asked for', 500) });
  expect(await newRound()(signal)).toBe(0);
});

it('looks back over all that GitHub keeps, then only as far as the last whole round', async () => {
  const round = newRound();
  const daysAgo = (since?: Date) => (Date.now() + aheadMs - Number(since)) / 86_400_000;
  await round(signal);
  expect(daysAgo(asked.at(-1))).toBeCloseTo(3, 2);
  const away = failed({ payload: new GitHubFailure('server', 'GitHub is not well', 502) });
  aheadMs = 3_600_000;
  await expect(round(signal)).rejects.toThrow('GitHub is not well');
  carried.set(away.id, '{"back":true}');
  // The round that failed was none: as far back as before.
  expect(await round(signal)).toBe(1);
  expect(daysAgo(asked.at(-1))).toBeCloseTo((3_600_000 + 15 * 60_000) / 86_400_000, 2);
  await round(signal);
  expect(daysAgo(asked.at(-1))).toBeCloseTo((15 * 60_000) / 86_400_000, 2);
});

it('ends where the process ends', async () => {
  failed();
  await expect(newRound()(AbortSignal.abort(new Error('stopping')))).rejects.toThrow('stopping');
});

it('has one round at a time among all processes, and the next one when it is due', async () => {
  const name = randomUUID();
  const rounds: string[] = [];
  const turn = (worker: string, everyMs: number) =>
    withLeaderLease(
      { ...services, settings: { ...services.settings, worker } },
      name,
      everyMs,
      async () => rounds.push(worker),
    );
  const taken = await Promise.all([turn('one', 300), turn('two', 300), turn('one', 300)]);
  expect(taken.filter(Boolean)).toHaveLength(1);
  await expect.poll(() => turn('three', 60_000), { timeout: 5_000 }).toBe(true);
  expect(await turn('three', 60_000)).toBe(false);
  expect(rounds).toHaveLength(2);
});
