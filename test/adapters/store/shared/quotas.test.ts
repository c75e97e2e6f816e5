/** Several processes share one quota: together they stay below its limit, and none dies with a share. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { until } from '../../../demo/until.ts';
import { openStore, type TestStore } from '../database.ts';

const taker = fileURLToPath(new URL('../taker.ts', import.meta.url));
const LIMIT = 25;

let store: TestStore;
let pool: pg.Pool;
beforeAll(async () => {
  store = await openStore();
  pool = new pg.Pool({ connectionString: store.url });
  pool.on('error', () => {});
});
afterAll(async () => {
  await pool.end();
  await store.close();
});

/** The times of all takes, in milliseconds by the database's clock, oldest first. */
const taken = async (name: string): Promise<number[]> => {
  const { rows } = await pool.query(
    'SELECT extract(epoch FROM time) * 1000 AS at FROM write_budgets, unnest(taken) AS time WHERE name = $1 ORDER BY time',
    [name],
  );
  return rows.map(({ at }) => Number(at));
};

function startTaker(name: string) {
  const child = spawn(process.execPath, [taker, store.url, name, `${LIMIT}`], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const given: number[] = [];
  let ready = false;
  createInterface({ input: child.stdout }).on('line', line => {
    if (line === 'ready') ready = true;
    else given.push(performance.now());
  });
  return {
    given,
    isReady: () => ready,
    async kill() {
      if (child.signalCode !== null) return;
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
    },
  };
}

test('three processes together never exceed it, and a killed one loses nothing', async () => {
  const name = 'github-writes:1';
  const takers = [1, 2, 3].map(() => startTaker(name));
  try {
    await until('all of them', async () => takers.every(({ isReady }) => isReady()));
    // Reads are at most a window apart, so that together they see every take.
    const seen = new Set<number>();
    const look = async (ms: number) => {
      for (const end = performance.now() + ms; performance.now() < end; await sleep(300))
        for (const at of await taken(name)) seen.add(at);
    };
    await look(2_500);
    await takers[0]?.kill();
    const before = seen.size;
    await look(2_000);
    expect(seen.size - before).toBeGreaterThanOrEqual(LIMIT);
    const times = [...seen].sort((a, b) => a - b);
    const widest = times.map(
      (at, index) => times.slice(index).filter(other => other < at + 1_000).length,
    );
    expect(Math.max(...widest)).toBe(LIMIT);
    for (const { given } of takers) expect(given.length).toBeGreaterThan(0);
  } finally {
    await Promise.all(takers.map(({ kill }) => kill()));
  }
});

test('forgets what no window sees any more', async () => {
  const windows = [{ spanMs: 50, limit: 10 }];
  for (let n = 0; n < 5; n += 1) await store.quotas.take('forgetful', windows);
  await sleep(60);
  await store.quotas.take('forgetful', windows);
  expect(await taken('forgetful')).toHaveLength(1);
});

test('removes a quota that nobody takes of any more', async () => {
  await store.quotas.take('gone', [{ spanMs: 50, limit: 1 }]);
  await store.quotas.take('used', [{ spanMs: 50, limit: 1 }]);
  await pool.query(
    "UPDATE write_budgets SET taken = ARRAY[now() - interval '3 days'] WHERE name = 'gone'",
  );
  await store.quotas.forget();
  const { rows } = await pool.query(
    "SELECT name FROM write_budgets WHERE name IN ('gone', 'used')",
  );
  expect(rows).toEqual([{ name: 'used' }]);
});

test('whoever takes again gets the first answer, and takes nothing', async () => {
  const { quotas } = store;
  const windows = [{ spanMs: 60_000, limit: 1 }];
  for (let times = 0; times < 3; times++)
    expect(await quotas.takeOnce('guid-1', 'calls', windows)).toBe(0);
  const wait = await quotas.takeOnce('guid-2', 'calls', windows);
  expect(wait).toBeGreaterThan(50_000);
  expect(await quotas.takeOnce('guid-2', 'calls', windows)).toBe(wait);
  expect(await quotas.takeOnce('guid-1', 'other calls', windows), 'of another name').toBe(0);
  expect(await quotas.take('calls', windows)).toBeGreaterThan(50_000);
});
