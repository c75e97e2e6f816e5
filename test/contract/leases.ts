/** The contract of every store of leases: one holder, an epoch that only grows, a clock of its own. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Leases } from '../../src/engine/ports/leases.ts';
import { until } from '../demo/until.ts';

const LONG = 60_000;

export function leasesContract(
  name: string,
  open: () => Promise<{ leases: Leases; close(): Promise<void> }>,
): void {
  describe(`leases: ${name}`, () => {
    let leases: Leases;
    let close: () => Promise<void>;
    beforeAll(async () => {
      ({ leases, close } = await open());
    });
    afterAll(() => close());

    test('one of many gets it', async () => {
      const name = randomUUID();
      const holders = Array.from({ length: 20 }, (_, index) => `holder ${index}`);
      const epochs = await Promise.all(holders.map(holder => leases.acquire(name, holder, LONG)));
      expect(epochs.filter(taken => taken !== null)).toEqual([{ epoch: 1, doubted: false }]);
    });

    test('the same holder gets a new epoch, and the old one is over', async () => {
      const name = randomUUID();
      expect((await leases.acquire(name, 'a', LONG))?.epoch).toBe(1);
      expect((await leases.acquire(name, 'a', LONG))?.epoch).toBe(2);
      expect(await leases.holds(name, 1)).toBe(false);
      expect(await leases.renew(name, 1, LONG)).toBe(false);
      expect(await leases.holds(name, 2)).toBe(true);
    });

    /** Resolves with the epoch of the next holder, once there can be one. */
    const next = (name: string) =>
      until('the lease to be over', async () => (await leases.acquire(name, 'b', LONG))?.epoch);

    test('once it ran out, another may have it, and the epoch grows', async () => {
      const name = randomUUID();
      await leases.acquire(name, 'a', LONG);
      expect(await leases.acquire(name, 'b', LONG)).toBeNull();
      expect(await leases.renew(name, 1, 1)).toBe(true);
      expect(await next(name)).toBe(2);
      expect(await leases.holds(name, 1)).toBe(false);
      expect(await leases.renew(name, 1, LONG)).toBe(false);
      expect(await leases.holds(name, 2)).toBe(true);
    });

    test('renewing keeps it', async () => {
      const [name, other] = [randomUUID(), randomUUID()];
      // Where the machine is so slow that it ran out before, it is taken again.
      const epoch = await until('a renewal in time', async () => {
        const taken = (await leases.acquire(name, 'a', 500))?.epoch ?? 0;
        return (await leases.renew(name, taken, LONG)) && taken;
      });
      await leases.acquire(other, 'a', 500);
      await next(other);
      expect(await leases.holds(name, epoch)).toBe(true);
    });

    test('broken off, it is free, and its holder learns it at the next look', async () => {
      const [name, free] = [randomUUID(), randomUUID()];
      await leases.acquire(name, 'a', LONG);
      expect(await leases.breakOff([name, free])).toEqual([{ lease: name, holder: 'a' }]);
      expect(await leases.holds(name, 1)).toBe(false);
      expect(await leases.renew(name, 1, LONG)).toBe(false);
      expect(await leases.breakOff([name])).toEqual([]);
      expect((await leases.acquire(name, 'b', LONG))?.epoch).toBe(2);
    });

    test('released, it is free, and its epoch never starts again', async () => {
      const name = randomUUID();
      await leases.acquire(name, 'a', LONG);
      await leases.release(name, 1);
      expect(await leases.holds(name, 1)).toBe(false);
      expect((await leases.acquire(name, 'b', LONG))?.epoch).toBe(2);
      // A former holder can't release the lease of the next one.
      await leases.release(name, 1);
      expect(await leases.holds(name, 2)).toBe(true);
    });

    test('where nobody recorded what came of the work, that is told to the next holder', async () => {
      const name = randomUUID();
      expect(await leases.acquire(name, 'a', LONG)).toEqual({ epoch: 1, doubted: false });
      await leases.release(name, 1);
      expect(await leases.acquire(name, 'b', LONG)).toEqual({ epoch: 2, doubted: true });
    });

    test('lists what is held under a prefix, taken literally', async () => {
      const prefix = `${randomUUID()}_%`;
      for (const name of ['b', 'a', 'over']) await leases.acquire(prefix + name, 'a', LONG);
      await leases.acquire(`${prefix.replace('_', 'x')}c`, 'a', LONG);
      await leases.release(`${prefix}over`, 1);
      expect(await leases.held(prefix)).toEqual([`${prefix}a`, `${prefix}b`]);
    });

    test('says when it ends, also to those who do not hold it', async () => {
      const name = randomUUID();
      expect(await leases.endsIn(name)).toBe(0);
      await leases.acquire(name, 'a', LONG);
      const ms = await leases.endsIn(name);
      expect(ms).toBeGreaterThan(LONG / 2);
      // The end is kept to the millisecond, rounded.
      expect(ms).toBeLessThanOrEqual(LONG + 1);
      await leases.release(name, 1);
      expect(await leases.endsIn(name)).toBe(0);
    });

    test('what never was is not held', async () => {
      const name = randomUUID();
      expect(await leases.holds(name, 1)).toBe(false);
      expect(await leases.renew(name, 1, LONG)).toBe(false);
      await leases.release(name, 1);
      expect((await leases.acquire(name, 'a', LONG))?.epoch).toBe(1);
    });
  });
}
