/** The contract of every place that tells processes which streams have grown. */
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Hint, Hints } from '../../src/engine/ports/hints.ts';

/** `again`: the same place, as another process opens it. `cut`: whoever listens loses its connection. */
export function hintsContract(
  name: string,
  open: () => Promise<{
    hints: Hints;
    again(): Promise<{ hints: Hints; close(): Promise<void> }>;
    cut(): Promise<void>;
    close(): Promise<void>;
  }>,
): void {
  describe(`hints: ${name}`, () => {
    let opened: Awaited<ReturnType<typeof open>>;
    let elsewhere: Awaited<ReturnType<typeof opened.again>>;
    beforeAll(async () => {
      opened = await open();
      elsewhere = await opened.again();
    });
    afterAll(async () => {
      await elsewhere.close();
      await opened.close();
    });

    const hint = (id: string, version: number): Hint => ({
      kind: 'task',
      id,
      version,
      repository: 7,
    });

    async function following() {
      const heard: Hint[] = [];
      let missed = 0;
      const { stop } = await elsewhere.hints.follow({
        changed: told => heard.push(told),
        missed: () => {
          missed += 1;
        },
      });
      return { heard, missed: () => missed, stop };
    }

    test('another process hears of every stream that grew, and of its last version', async () => {
      const { heard, stop } = await following();
      for (let version = 1; version <= 50; version++) opened.hints.tell(hint('a', version));
      for (let index = 0; index < 200; index++) opened.hints.tell(hint(`stream-${index}`, 1));
      await vi.waitFor(() => expect(new Set(heard.map(({ id }) => id)).size).toBe(201));
      expect(heard.filter(({ id }) => id === 'a').at(-1)).toEqual(hint('a', 50));
      expect(heard.filter(({ id }) => id === 'a').length).toBeLessThan(50);
      stop();
    });

    test('each of several followers hears, until it stops', async () => {
      const [first, second] = [await following(), await following()];
      opened.hints.tell(hint('b', 1));
      await vi.waitFor(() =>
        expect([first.heard, second.heard]).toEqual([[hint('b', 1)], [hint('b', 1)]]),
      );
      first.stop();
      opened.hints.tell(hint('b', 2));
      await vi.waitFor(() => expect(second.heard).toHaveLength(2));
      expect(first.heard).toHaveLength(1);
      second.stop();
    });

    test('who lost the connection is told that something was missed, and hears again', async () => {
      const { heard, missed, stop } = await following();
      await opened.cut();
      await vi.waitFor(() => expect(missed()).toBe(1));
      opened.hints.tell(hint('c', 3));
      await vi.waitFor(() => expect(heard).toContainEqual(hint('c', 3)));
      stop();
    });
  });
}
