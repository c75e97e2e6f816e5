/** Whoever holds a lease works; whoever lost it stops, and writes nothing. Leases are real ones. */
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { EXPIRED } from '../../src/adapters/store/shared/leases.ts';
import type { Settings } from '../../src/engine/dependencies.ts';
import { type LeaseGuard, LeaseLost, refLease, withLease } from '../../src/engine/lease-guard.ts';
import type { Leases } from '../../src/engine/ports/leases.ts';
import { holdingRef } from '../../src/engine/ref-lease.ts';
import { openStore, type TestStore } from '../adapters/store/database.ts';
import { until } from '../demo/until.ts';

let store: TestStore;
let sql: pg.Client;
beforeAll(async () => {
  store = await openStore();
  sql = new pg.Client({ connectionString: store.url });
  await sql.connect();
});
afterAll(async () => {
  await sql.end();
  await store.close();
});
afterEach(() => {
  vi.useRealTimers();
});

const TTL_MS = 10_000;
const claimOf = (name: string, more: Partial<Parameters<typeof withLease>[1]> = {}) => ({
  name,
  holder: 'worker-1',
  signal: new AbortController().signal,
  stillWanted: async () => true,
  ...more,
});
const newName = () => `effect:task/${randomUUID()}:attempt`;
const leftOf = async (name: string): Promise<number> => {
  const text =
    'SELECT extract(epoch FROM until - clock_timestamp()) * 1000 AS left FROM leases WHERE name = $1';
  return Number((await sql.query(text, [name])).rows[0].left);
};
/**
 * The database finds that the lease is over, as it does after a worker was frozen for long. The column
 * rounds to milliseconds: the present moment could be rounded up, and would not be over yet.
 */
const expire = (name: string) =>
  sql.query(`UPDATE leases SET until = ${EXPIRED} WHERE name = $1`, [name]);

/** Resolves once the claim's signal is aborted; rejects where that takes longer than a second. */
const aborted = ({ signal }: LeaseGuard): Promise<unknown> =>
  new Promise((done, fail) => {
    if (signal.aborted) return done(signal.reason);
    const late = setTimeout(() => fail(new Error('the work goes on')), 1_000);
    signal.addEventListener('abort', () => {
      clearTimeout(late);
      done(signal.reason);
    });
  });

/** Renewals are due when the test says so; the time they read is its own as well. */
const stopTheClock = () =>
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] });

describe('while the work goes on', () => {
  it('nobody else holds the lease, and afterwards anybody may', async () => {
    const name = newName();
    const done = await withLease(store.leases, claimOf(name), async guard => {
      expect(await store.leases.held(name)).toEqual([name]);
      const other = await withLease(store.leases, claimOf(name), async () => 'twice');
      await guard.check();
      return other;
    });
    expect(done).toEqual({ done: null });
    expect(await store.leases.held(name)).toEqual([]);
    expect(await withLease(store.leases, claimOf(name), async () => 'later')).toEqual({
      done: 'later',
    });
  });

  it('each claim has an epoch of its own, higher than all before', async () => {
    const name = newName();
    const epochs: number[] = [];
    for (let turn = 0; turn < 3; turn++)
      await withLease(store.leases, claimOf(name), async ({ fence }) => epochs.push(fence.epoch));
    expect(epochs).toEqual([1, 2, 3]);
  });

  it('the lease is renewed, however long it takes', async () => {
    stopTheClock();
    const name = newName();
    const renewals: boolean[] = [];
    const watched: Leases = {
      ...store.leases,
      async renew(...given) {
        renewals.push(await store.leases.renew(...given));
        return renewals.at(-1) ?? false;
      },
    };
    await withLease(watched, claimOf(name), async guard => {
      await sql.query("UPDATE leases SET until = until - interval '9 seconds' WHERE name = $1", [
        name,
      ]);
      expect(await leftOf(name)).toBeLessThan(1_000);
      for (let second = 1; second <= 12; second++) {
        vi.advanceTimersByTime(1_000);
        await until('a renewal', async () => renewals.length === second);
      }
      expect(await leftOf(name)).toBeGreaterThan(TTL_MS - 1_500);
      await guard.check();
    });
    expect(renewals.every(Boolean)).toBe(true);
  });

  it('a failure of the work lets go of the lease', async () => {
    const name = newName();
    const failing = withLease(store.leases, claimOf(name), async () => {
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    expect(await store.leases.held(name)).toEqual([]);
  });
});

describe('the work is aborted', () => {
  it('once the lease is lost, at the next renewal', async () => {
    stopTheClock();
    const name = newName();
    await withLease(store.leases, claimOf(name), async guard => {
      await expire(name);
      expect(await store.leases.acquire(name, 'other', TTL_MS)).toEqual({
        epoch: guard.fence.epoch + 1,
        doubted: true,
      });
      vi.advanceTimersByTime(1_000);
      expect(await aborted(guard)).toBeInstanceOf(LeaseLost);
    });
    // What the other one holds is not let go of.
    expect(await store.leases.held(name)).toEqual([name]);
  });

  it('once nobody wants it any more', async () => {
    stopTheClock();
    let wanted = true;
    await withLease(
      store.leases,
      claimOf(newName(), { stillWanted: async () => wanted }),
      async guard => {
        vi.advanceTimersByTime(1_000);
        await guard.check();
        wanted = false;
        vi.advanceTimersByTime(1_000);
        expect(await aborted(guard)).toBeInstanceOf(LeaseLost);
      },
    );
  });

  it('once the process stops', async () => {
    const stopping = new AbortController();
    await withLease(store.leases, claimOf(newName(), { signal: stopping.signal }), async guard => {
      stopping.abort(new Error('Gatehouse is stopping'));
      expect(guard.signal.aborted).toBe(true);
      await expect(guard.check()).rejects.toThrow('stopping');
    });
  });

  const away: [string, () => Promise<boolean>][] = [
    ['fails', () => Promise.reject(new Error('the database is away'))],
    ['hangs', () => new Promise(() => {})],
  ];
  it.each(away)('before anybody can take over, where renewing %s', async (_, renew) => {
    stopTheClock();
    const leases = { ...store.leases, renew };
    await withLease(leases, claimOf(newName()), async guard => {
      for (let second = 1; second <= 4; second++) {
        vi.advanceTimersByTime(1_000);
        await sql.query('SELECT');
      }
      // It may come back; so long the lease stands.
      expect(guard.signal.aborted).toBe(false);
      for (let second = 5; second <= TTL_MS / 1_000; second++) {
        vi.advanceTimersByTime(1_000);
        await sql.query('SELECT');
      }
      await aborted(guard);
    });
  });

  it('not by a short absence of the database', async () => {
    stopTheClock();
    let calls = 0;
    let answered = 0;
    const leases: Leases = {
      ...store.leases,
      async renew(...given) {
        const there = ++calls % 4 === 0;
        const standing = there && (await store.leases.renew(...given));
        answered += 1;
        if (!there) throw new Error('away');
        return standing;
      },
    };
    await withLease(leases, claimOf(newName()), async guard => {
      for (let second = 1; second <= 12; second++) {
        vi.advanceTimersByTime(1_000);
        await until('an answer', async () => answered === second);
      }
      await guard.check();
    });
  });
});

describe('a worker that was frozen past its lease', () => {
  it('may write nothing, also before any renewal told it', async () => {
    const name = newName();
    await withLease(store.leases, claimOf(name), async guard => {
      await expire(name);
      await expect(guard.check()).rejects.toThrow(LeaseLost);
    });
  });

  it('may write nothing where another took over and is done already', async () => {
    const name = newName();
    await withLease(store.leases, claimOf(name), async guard => {
      await expire(name);
      await withLease(store.leases, claimOf(name), async () => {});
      await expect(guard.check()).rejects.toThrow(LeaseLost);
      expect(await store.leases.renew(name, guard.fence.epoch, TTL_MS)).toBe(false);
    });
  });
});

it('what writes a branch is given up once its lease is broken off, even where it hangs', async () => {
  const branch = `gatehouse/${randomUUID()}`;
  const { signal } = new AbortController();
  const guard: LeaseGuard = {
    fence: { lease: 'effect', epoch: 1 },
    before: 'nobody',
    signal,
    check: async () => {},
    released: () => {},
  };
  const deps = { leases: store.leases, settings: { worker: 'stuck' } as Settings };
  const writing = holdingRef(deps, { repositoryId: 1, branch }, guard, () => new Promise(() => {}));
  const gaveUp = expect(writing).rejects.toBeInstanceOf(LeaseLost);
  const name = refLease(1, branch);
  await until('it to hold the branch', async () => (await store.leases.held(name)).length > 0);
  expect(await store.leases.breakOff([name])).toMatchObject([{ lease: name }]);
  await gaveUp;
});
