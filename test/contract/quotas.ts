/** The contract of all quotas: no more than the windows allow. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Quotas, Window } from '../../src/engine/ports/quotas.ts';

const LONG: Window[] = [{ spanMs: 60_000, limit: 3 }];

export function quotasContract(
  name: string,
  open: () => Promise<{ quotas: Quotas; close(): Promise<void> }>,
): void {
  describe(`quotas: ${name}`, () => {
    let quotas: Quotas;
    let close: () => Promise<void>;
    beforeAll(async () => {
      ({ quotas, close } = await open());
    });
    afterAll(() => close());

    const takes = async (name: string, windows: Window[], count: number) =>
      Promise.all(Array.from({ length: count }, () => quotas.take(name, windows)));
    const given = (waits: number[]) => waits.filter(wait => wait === 0).length;

    test('gives what the window holds, then says how long to wait', async () => {
      const name = randomUUID();
      expect(given(await takes(name, LONG, 3))).toBe(3);
      const wait = await quotas.take(name, LONG);
      expect(wait).toBeGreaterThan(50_000);
      expect(wait).toBeLessThanOrEqual(60_000);
      expect(await quotas.take(randomUUID(), LONG)).toBe(0);
    });

    test('of many at once, no more get one than there are', async () => {
      const name = randomUUID();
      expect(given(await takes(name, LONG, 40))).toBe(3);
    });

    test('after the wait that it named there is room, for one that it gave then', async () => {
      const name = randomUUID();
      const windows = [{ spanMs: 400, limit: 2 }];
      await quotas.take(name, windows);
      await sleep(150);
      await quotas.take(name, windows);
      const wait = await quotas.take(name, windows);
      // Each of the two timers, above and below, may be up to a millisecond early.
      expect(wait).toBeLessThanOrEqual(251);
      await sleep(wait + 1);
      expect(await quotas.take(name, windows)).toBe(0);
      // The second take is still in the window.
      expect(await quotas.take(name, windows)).toBeGreaterThan(0);
    });

    test('the longest wait of several windows counts', async () => {
      const name = randomUUID();
      const windows = [
        { spanMs: 1_000, limit: 1 },
        { spanMs: 60_000, limit: 2 },
      ];
      expect(await quotas.take(name, windows)).toBe(0);
      const short = await quotas.take(name, windows);
      expect(short).toBeLessThanOrEqual(1_000);
      await sleep(short + 1);
      expect(await quotas.take(name, windows)).toBe(0);
      expect(await quotas.take(name, windows)).toBeGreaterThan(50_000);
    });

    test('what was refused costs nothing', async () => {
      const name = randomUUID();
      // The window is longer than twenty takes need, even on a busy machine.
      const windows = [{ spanMs: 1_500, limit: 1 }];
      await quotas.take(name, windows);
      expect(given(await takes(name, windows, 20))).toBe(0);
      await sleep(1_501);
      expect(await quotas.take(name, windows)).toBe(0);
    });
  });
}
