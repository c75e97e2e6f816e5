/**
 * Limits the memory of a whole sandbox where no control group can be created. The kernel's limits on
 * single processes are of no use here, because V8 reserves half a gigabyte for each thread.
 */
import { statSync } from 'node:fs';
import { readdir, readFile, statfs } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { createMachineWatch, machineMemory } from './machine-memory.ts';

const CHECK_EVERY_MS = 250;
/** What the kernel keeps of a file that has no content. */
const INODE_BYTES = 1024;
/** Where a process shares less memory, it is not asked with how many others: asking takes time. */
const MUCH_SHARED = 1024 * 1024;

/** About what Linux lets wait in a socket or a pipe, unless it is told otherwise. */
const WAITING_BYTES = 200_000;
/** Descriptors of a sandbox that are looked at one by one. */
const MOST_DESCRIPTORS = 10_000;

const watchMachine = createMachineWatch(machineMemory);

type MemoryWatch = {
  /** Whether it has killed a process. */
  killed(): boolean;
  stop(): void;
};

/**
 * Kills the largest process when all below `init` hold more than `bytes` together with the files at
 * `tmpfs`, as the kernel would; where the files hold more than any process, it ends the sandbox.
 * `ofMachine`: what ends the sandbox where the machine runs out of memory that is in none of these figures.
 */
export function watchMemory(
  init: number,
  bytes: number,
  tmpfs: readonly string[],
  ofMachine = watchMachine,
): MemoryWatch {
  let killed = false;
  const stopped = new AbortController();
  const kill = (pid: number): void => {
    try {
      process.kill(pid, 'SIGKILL');
      killed = true;
    } catch (error) {
      // It has ended by itself since it was measured: what the others hold is looked at next.
      if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
    }
  };
  const measure = async () => {
    const [sizes, files] = await Promise.all([
      descendantSizes(init),
      Promise.all(tmpfs.map(path => filesSize(`/proc/${init}/root${path}`))),
    ]);
    const inFiles = files.reduce((sum, size) => sum + size, 0);
    return { sizes, inFiles, total: sizes.reduce((sum, { size }) => sum + size, inFiles) };
  };
  const watch = async () => {
    while (!stopped.signal.aborted) {
      await delay(CHECK_EVERY_MS, undefined, { signal: stopped.signal });
      const { sizes, inFiles, total } = await measure();
      const [largest] = sizes.sort((a, b) => b.size - a.size);
      if (total <= bytes || stopped.signal.aborted) continue;
      kill(largest !== undefined && largest.size > inFiles ? largest.pid : init);
    }
  };
  watch().catch(() => {
    // A sandbox that can't be watched is ended.
    if (!stopped.signal.aborted) kill(init);
  });
  const unwatch = ofMachine({
    async held() {
      const { sizes, total } = await measure();
      return total + (await behindDescriptors(sizes.map(({ pid }) => pid)));
    },
    end() {
      try {
        kill(init);
      } catch {
        // Its processes are another user's by now; whatever else has a limit still has it.
      }
    },
  });
  const stop = () => {
    stopped.abort();
    unwatch();
  };
  return { killed: () => killed, stop };
}

/** What no figure of a process has: files without a name, and what may wait in sockets and pipes. */
async function behindDescriptors(pids: readonly number[]): Promise<number> {
  let bytes = 0;
  let looked = 0;
  for (const pid of pids) {
    const names = await readdir(`/proc/${pid}/fd`).catch(() => []);
    bytes += names.length * WAITING_BYTES;
    for (const name of names.slice(0, MOST_DESCRIPTORS - looked)) {
      looked += 1;
      bytes += namelessSize(`/proc/${pid}/fd/${name}`);
    }
  }
  return bytes;
}

function namelessSize(path: string): number {
  try {
    const found = statSync(path);
    return found.isFile() && found.nlink === 0 ? found.blocks * 512 : 0;
  } catch {
    // It was closed meanwhile, or the process has ended.
    return 0;
  }
}

/** What the files of a tmpfs hold in memory; 0 where it is gone. */
async function filesSize(path: string): Promise<number> {
  const found = await statfs(path).catch(() => null);
  if (found === null) return 0;
  const { blocks, bfree, bsize, files, ffree } = found;
  return (blocks - bfree) * bsize + (files - ffree) * INODE_BYTES;
}

/** Sizes of all processes below `init`. Orphans become children of `init`, so none is missed. */
async function descendantSizes(init: number): Promise<{ pid: number; size: number }[]> {
  const found: { pid: number; size: number }[] = [];
  const waiting = await childrenOf(init);
  for (let pid = waiting.pop(); pid !== undefined; pid = waiting.pop()) {
    const { alone, shared } = await memoryOf(pid);
    const part = shared > MUCH_SHARED ? await sharedMemory(pid) : 0;
    found.push({ pid, size: alone + part });
    waiting.push(...(await childrenOf(pid)));
  }
  return found;
}

/** The memory of a process that is no file, which the kernel could drop. */
async function memoryOf(pid: number): Promise<{ alone: number; shared: number }> {
  const text = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  const bytes = (field: RegExp) => Number(field.exec(text)?.[1] ?? 0) * 1024;
  return { alone: bytes(/^RssAnon:\s+(\d+) kB$/m), shared: bytes(/^RssShmem:\s+(\d+) kB$/m) };
}

/** The process's part of the memory that it shares with others and that is no file. */
async function sharedMemory(pid: number): Promise<number> {
  const text = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8').catch(() => '');
  return Number(/^Pss_Shmem: +(\d+) kB$/m.exec(text)?.[1] ?? 0) * 1024;
}

/** The children of a process; the kernel lists them for each thread that created them. */
async function childrenOf(pid: number): Promise<number[]> {
  const threads = await readdir(`/proc/${pid}/task`).catch(() => []);
  const lists = await Promise.all(
    threads.map(thread => readFile(`/proc/${pid}/task/${thread}/children`, 'utf8').catch(() => '')),
  );
  return lists.flatMap(list => list.split(' ').filter(Boolean).map(Number));
}
