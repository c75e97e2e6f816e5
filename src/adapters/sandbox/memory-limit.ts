/**
 * Limits the memory of a whole sandbox where no control group can be created. The kernel's limits on
 * single processes are of no use here, because V8 reserves half a gigabyte for each thread.
 */
import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';

const CHECK_EVERY_MS = 250;
const PAGE_BYTES = 4096;

type MemoryWatch = {
  /** Whether it has killed a process. */
  killed(): boolean;
  stop(): void;
};

/** Kills the largest process when all below `init` hold more than `bytes`, as the kernel would. */
export function watchMemory(init: number, bytes: number): MemoryWatch {
  let killed = false;
  const stopped = new AbortController();
  const watch = async () => {
    while (!stopped.signal.aborted) {
      await delay(CHECK_EVERY_MS, undefined, { signal: stopped.signal });
      const sizes = await descendantSizes(init);
      const total = sizes.reduce((sum, { size }) => sum + size, 0);
      const [largest] = sizes.sort((a, b) => b.size - a.size);
      if (total > bytes && largest !== undefined && !stopped.signal.aborted) {
        process.kill(largest.pid, 'SIGKILL');
        killed = true;
      }
    }
  };
  watch().catch(() => {}); // The watch was stopped, or the process had already ended.
  return { killed: () => killed, stop: () => stopped.abort() };
}

/** Sizes of all processes below `init`. Orphans become children of `init`, so none is missed. */
async function descendantSizes(init: number): Promise<{ pid: number; size: number }[]> {
  const found: { pid: number; size: number }[] = [];
  const waiting = await childrenOf(init);
  for (let pid = waiting.pop(); pid !== undefined; pid = waiting.pop()) {
    const statm = await readFile(`/proc/${pid}/statm`, 'utf8').catch(() => '');
    // statm is "size resident shared …" in pages; shared pages are files, which the kernel can drop.
    const [, resident = 0, shared = 0] = statm.split(' ').map(Number);
    found.push({ pid, size: (resident - shared) * PAGE_BYTES });
    waiting.push(...(await childrenOf(pid)));
  }
  return found;
}

/** The children of a process; the kernel lists them for each thread that created them. */
async function childrenOf(pid: number): Promise<number[]> {
  const threads = await readdir(`/proc/${pid}/task`).catch(() => []);
  const lists = await Promise.all(
    threads.map(thread => readFile(`/proc/${pid}/task/${thread}/children`, 'utf8').catch(() => '')),
  );
  return lists.flatMap(list => list.split(' ').filter(Boolean).map(Number));
}
