/** Texts that take long are read a few at a time. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { inThread } from '../../../src/adapters/github/in-thread.ts';

const READS_FOR_A_WHILE = `import { parentPort } from 'node:worker_threads';
const began = Date.now();
Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
parentPort.postMessage({ began, ended: Date.now() });
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

it('takes a text that is nested deeper than the stack for one that takes too long', async () => {
  expect(await inThread(join(import.meta.dirname, 'deep-thread'), '>')).toBe('too_slow');
});
