/** Texts that take long are read a few at a time. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { inThread } from '../../../src/adapters/github/in-thread.ts';
import { HANGS_MS } from '../../demo/until.ts';

const READS_FOR_A_WHILE = `import { parentPort } from 'node:worker_threads';
const began = Date.now();
Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
parentPort.postMessage({ began, ended: Date.now() });
`;
const ANSWERS = `import { parentPort } from 'node:worker_threads';
parentPort.postMessage(true);
`;
const Read = z.object({ answer: z.object({ began: z.number(), ended: z.number() }) });

it('leaves a processor to all else', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'in-thread-'));
  await writeFile(join(folder, 'read.ts'), READS_FOR_A_WHILE);
  const most = Math.max(1, availableParallelism() - 1);
  const reading = Array.from({ length: 6 * most }, () => inThread(join(folder, 'read'), null));
  const reads = (await Promise.all(reading)).map(read => Read.parse(read).answer);
  for (const { began } of reads) {
    const atOnce = reads.filter(other => other.began <= began && began < other.ended);
    expect(atOnce.length).toBeLessThanOrEqual(most);
  }
  await rm(folder, { recursive: true });
});

it('reads texts of installations in turn, and of the authors in each', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'in-thread-'));
  await writeFile(join(folder, 'read.ts'), ANSWERS);
  const order: string[] = [];
  const read = async (installation: number, author: number) => {
    await inThread(join(folder, 'read'), null, HANGS_MS, { installation, author });
    order.push(`${installation}:${author}`);
  };
  // The first ones begin at once.
  const most = Math.max(1, availableParallelism() - 1);
  const first = Array.from({ length: most }, () => read(1, 1));
  const busy = Array.from({ length: 8 * most }, () => read(1, 1));
  const others = [read(1, 2), read(2, 3)];
  await Promise.all([...first, ...busy, ...others]);
  expect(order.indexOf('2:3')).toBeLessThan(4 * most);
  expect(order.indexOf('1:2')).toBeLessThan(6 * most);
  await rm(folder, { recursive: true });
});

it('takes a text that is nested deeper than the stack for one that takes too long', async () => {
  expect(await inThread(join(import.meta.dirname, 'deep-thread'), '>')).toBe('too_slow');
});
