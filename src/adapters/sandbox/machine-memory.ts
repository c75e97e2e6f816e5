/**
 * The memory of the machine, where control groups limit no sandbox. What waits in sockets, lies in files
 * without a name or in shared memory that is mapped nowhere is in no figure of any process. Before the
 * machine has nothing left, the sandbox that holds most is ended: the kernel might end Gatehouse.
 */
import { readFileSync } from 'node:fs';

const CHECK_EVERY_MS = 100;
/** What is left to the machine: a twentieth of its memory, and no more than this. Bytes. */
const MOST_RESERVED = 500_000_000;

type Sandboxed = {
  /** Bytes that it holds, as far as that can be seen. */
  held(): Promise<number>;
  /** Never throws. */
  end(): void;
};

/** Watches over one more sandbox, until what it returns is called. */
export type WatchMachine = (sandboxed: Sandboxed) => () => void;

export type MachineMemory = { left: number; total: number };

/** One at a time is ended, and the next one only once that is gone. */
export function createMachineWatch(read: () => MachineMemory | null): WatchMachine {
  const running = new Set<Sandboxed>();
  let timer: NodeJS.Timeout | null = null;
  let ending: Sandboxed | null = null;
  let isLooking = false;
  const look = async () => {
    if (isLooking || ending !== null || !isShort(read())) return;
    isLooking = true;
    const all = await Promise.all([...running].map(measured));
    isLooking = false;
    const [most] = all
      .filter(({ sandboxed }) => running.has(sandboxed))
      .sort((a, b) => b.bytes - a.bytes);
    if (most === undefined) return;
    ending = most.sandboxed;
    ending.end();
  };
  return sandboxed => {
    running.add(sandboxed);
    timer ??= setInterval(look, CHECK_EVERY_MS);
    return () => {
      running.delete(sandboxed);
      if (ending === sandboxed) ending = null;
      if (running.size > 0 || timer === null) return;
      clearInterval(timer);
      timer = null;
    };
  };
}

/** One that can't be measured counts for nothing: the others may hold what is missing. */
const measured = async (sandboxed: Sandboxed) => ({
  sandboxed,
  bytes: await sandboxed.held().catch(() => 0),
});

/** Where it can't be read, nobody is ended for it. */
const isShort = (memory: MachineMemory | null): boolean =>
  memory !== null && memory.left < Math.min(MOST_RESERVED, memory.total / 20);

/** As Linux has it: what programs can still have without the kernel ending one of them. */
export function machineMemory(): MachineMemory | null {
  const text = textOf('/proc/meminfo');
  const bytes = (name: string) =>
    Number(new RegExp(`^${name}: +(\\d+) kB$`, 'm').exec(text)?.[1] ?? Number.NaN) * 1024;
  const left = bytes('MemAvailable') + bytes('SwapFree');
  const total = bytes('MemTotal');
  return Number.isNaN(left + total) ? null : { left, total };
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // Where no descriptor is left, there is something to read the next time.
    return '';
  }
}
