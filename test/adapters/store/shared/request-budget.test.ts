/** All processes know what one of them was told of GitHub's limits. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openStore, type TestStore } from '../database.ts';

let store: TestStore;
beforeAll(async () => {
  store = await openStore();
});
afterAll(() => store.close());

const HOUR_MS = 3_600_000;
const told = (remaining: number, resetMs = HOUR_MS / 2) => ({ limit: 5_000, remaining, resetMs });
const core = (installation: number) => ({ installation, resource: 'core' as const });

test('the least of the latest hour is what is left', async () => {
  const share = async (left: ReturnType<typeof told> | null) =>
    (await store.requestBudget.share(core(1), left)).left?.remaining ?? null;
  expect(await share(null)).toBeNull();
  expect(await share(told(900))).toBe(900);
  // Answers arrive in any order, and their times differ by seconds.
  expect(await share(told(950, HOUR_MS / 2 + 900))).toBe(900);
  expect(await share(told(800))).toBe(800);
  expect(await share(told(4_990, HOUR_MS))).toBe(4_990);
  expect(await share(told(10))).toBe(4_990);
  expect(await share(null)).toBe(4_990);
});

test('an hour that is over says nothing', async () => {
  expect((await store.requestBudget.share(core(2), told(0, -1))).left).toBeNull();
  expect((await store.requestBudget.share(core(2), told(4_000))).left).toMatchObject({
    limit: 5_000,
    remaining: 4_000,
  });
});

test('silence is kept by all, for REST and GraphQL; a shorter one takes nothing back', async () => {
  await store.requestBudget.hold(3, 60_000);
  await store.requestBudget.hold(3, 100);
  for (const resource of ['core', 'graphql'] as const) {
    const { heldMs } = await store.requestBudget.share({ installation: 3, resource }, null);
    expect(heldMs).toBeGreaterThan(30_000);
  }
  expect((await store.requestBudget.share(core(4), null)).heldMs).toBe(0);
  const held = (await store.requestBudget.all()).filter(({ heldMs }) => heldMs > 0);
  expect(held.map(({ installation, resource }) => `${installation} ${resource}`)).toEqual([
    '3 core',
    '3 graphql',
  ]);
});
