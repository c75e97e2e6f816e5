/** What every register of workers promises. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WORKER_GONE_MS, type WorkerReport, type Workers } from '../../src/engine/ports/workers.ts';

type Parts = {
  workers: Workers;
  /** Puts the last report of a worker back in time. */
  age(name: string, ms: number): Promise<void>;
  close(): Promise<void>;
};

export function workersContract(name: string, open: () => Promise<Parts>): void {
  describe(`workers: ${name}`, () => {
    let parts: Parts;
    beforeAll(async () => {
      parts = await open();
    });
    afterAll(() => parts.close());
    const worker = (name: string, over: Partial<WorkerReport> = {}): WorkerReport => ({
      name,
      labels: ['gpu'],
      agents: [{ adapter: 'codex', version: '1.2.3' }],
      ...over,
    });
    const named = async (...names: string[]) =>
      (await parts.workers.alive()).filter(({ name }) => names.includes(name));

    test('they are listed as they last reported themselves, by name', async () => {
      await parts.workers.report(worker('b'));
      await parts.workers.report(worker('a', { labels: [], agents: [] }));
      await parts.workers.report(worker('b', { labels: ['gpu', 'large'] }));
      expect(await named('a', 'b')).toEqual([
        worker('a', { labels: [], agents: [] }),
        worker('b', { labels: ['gpu', 'large'] }),
      ]);
    });
    test('one that leaves, or has not reported itself for long, is gone', async () => {
      for (const name of ['left', 'late', 'present']) await parts.workers.report(worker(name));
      await parts.workers.leave('left');
      await parts.age('late', WORKER_GONE_MS + 1_000);
      await parts.age('present', WORKER_GONE_MS / 2);
      expect((await named('left', 'late', 'present')).map(({ name }) => name)).toEqual(['present']);
      const seen = await parts.workers.seen();
      expect(seen.find(({ name }) => name === 'left')).toBeUndefined();
      expect(seen.find(({ name }) => name === 'late')?.silentMs).toBeGreaterThan(WORKER_GONE_MS);
      expect(seen.find(({ name }) => name === 'present')?.silentMs).toBeLessThan(WORKER_GONE_MS);
      await parts.workers.report(worker('late'));
      expect(await named('late')).toHaveLength(1);
    });
  });
}
