/**
 * A limit on the memory of a whole sandbox where no control group can be made. Limits of the kernel
 * on single processes are of no use: V8 reserves half a gigabyte of data for each thread.
 */
import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';

const LOOK_EVERY_MS = 250;
const PAGE_BYTES = 4096;

/** Ends the largest process when all below `init` hold more than `bytes`: as the kernel would. */
export function watchMemory(init: number, bytes: number): { stop(): void } {
  const ended = new AbortController();
  const watch = async () => {
    while (!ended.signal.aborted) {
      await delay(LOOK_EVERY_MS, undefined, { signal: ended.signal });
      const sizes = await sizesBelow(init);
      const total = sizes.reduce((sum, { size }) => sum + size, 0);
      const [largest] = sizes.sort((a, b) => b.size - a.size);
      if (total > bytes && largest !== undefined && !ended.signal.aborted)
        process.kill(largest.pid, 'SIGKILL');
    }
  };
  watch().catch(() => {}); // Stopped, or the process was gone before us.
  return { stop: () => ended.abort() };
}

/** Every orphan of the sandbox becomes a child of its first process: none is missed. */
async function sizesBelow(init: number): Promise<{ pid: number; size: number }[]> {
  const found: { pid: number; size: number }[] = [];
  const waiting = await childrenOf(init);
  for (let pid = waiting.pop(); pid !== undefined; pid = waiting.pop()) {
    const statm = await readFile(`/proc/${pid}/statm`, 'utf8').catch(() => '');
    // "size resident shared …" in pages; what is shared is files, which the kernel can drop.
    const [, resident = 0, shared = 0] = statm.split(' ').map(Number);
    found.push({ pid, size: (resident - shared) * PAGE_BYTES });
    waiting.push(...(await childrenOf(pid)));
  }
  return found;
}

/** Children hang on the thread that made them. */
async function childrenOf(pid: number): Promise<number[]> {
  const threads = await readdir(`/proc/${pid}/task`).catch(() => []);
  const lists = await Promise.all(
    threads.map(thread => readFile(`/proc/${pid}/task/${thread}/children`, 'utf8').catch(() => '')),
  );
  return lists.flatMap(list => list.split(' ').filter(Boolean).map(Number));
}
