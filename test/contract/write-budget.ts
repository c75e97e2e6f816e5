/** The contract of every budget of writes: no more than the windows allow, and none while held. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Window, WriteBudget } from '../../src/engine/ports/write-budget.ts';

const LONG: Window[] = [{ spanMs: 60_000, limit: 3 }];

export function writeBudgetContract(
  name: string,
  open: () => Promise<{ writeBudget: WriteBudget; close(): Promise<void> }>,
): void {
  describe(`write budget: ${name}`, () => {
    let budget: WriteBudget;
    let close: () => Promise<void>;
    beforeAll(async () => {
      ({ writeBudget: budget, close } = await open());
    });
    afterAll(() => close());

    const takes = async (name: string, windows: Window[], count: number) =>
      Promise.all(Array.from({ length: count }, () => budget.take(name, windows)));
    const given = (waits: number[]) => waits.filter(wait => wait === 0).length;

    test('gives what the window holds, then says how long to wait', async () => {
      const name = randomUUID();
      expect(given(await takes(name, LONG, 3))).toBe(3);
      const wait = await budget.take(name, LONG);
      expect(wait).toBeGreaterThan(50_000);
      expect(wait).toBeLessThanOrEqual(60_000);
      expect(await budget.take(randomUUID(), LONG)).toBe(0);
    });

    test('of many at once, no more get one than there are', async () => {
      const name = randomUUID();
      expect(given(await takes(name, LONG, 40))).toBe(3);
    });

    test('after the wait that it named there is room, for one that it gave then', async () => {
      const name = randomUUID();
      const windows = [{ spanMs: 400, limit: 2 }];
      await budget.take(name, windows);
      await sleep(150);
      await budget.take(name, windows);
      const wait = await budget.take(name, windows);
      // Each of the two timers, above and below, may be up to a millisecond early.
      expect(wait).toBeLessThanOrEqual(251);
      await sleep(wait + 1);
      expect(await budget.take(name, windows)).toBe(0);
      // The second take is still in the window.
      expect(await budget.take(name, windows)).toBeGreaterThan(0);
    });

    test('the longest wait of several windows counts', async () => {
      const name = randomUUID();
      const windows = [
        { spanMs: 1_000, limit: 1 },
        { spanMs: 60_000, limit: 2 },
      ];
      expect(await budget.take(name, windows)).toBe(0);
      const short = await budget.take(name, windows);
      expect(short).toBeLessThanOrEqual(1_000);
      await sleep(short + 1);
      expect(await budget.take(name, windows)).toBe(0);
      expect(await budget.take(name, windows)).toBeGreaterThan(50_000);
    });

    test('what was refused costs nothing', async () => {
      const name = randomUUID();
      // The window is longer than twenty takes need, even on a busy machine.
      const windows = [{ spanMs: 1_500, limit: 1 }];
      await budget.take(name, windows);
      expect(given(await takes(name, windows, 20))).toBe(0);
      await sleep(1_501);
      expect(await budget.take(name, windows)).toBe(0);
    });

    test('silence is kept, also by a name that never wrote; a shorter one takes nothing back', async () => {
      const name = randomUUID();
      await budget.hold(name, 400);
      await budget.hold(name, 100);
      const wait = await budget.take(name, LONG);
      expect(wait).toBeGreaterThan(100);
      expect(wait).toBeLessThanOrEqual(400);
      await sleep(wait + 1);
      expect(given(await takes(name, LONG, 4))).toBe(3);
    });
  });
}
