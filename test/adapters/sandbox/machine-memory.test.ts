/** What no figure of a process has takes the machine's memory, where control groups limit no sandbox. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test, vi } from 'vitest';
import {
  createMachineWatch,
  type MachineMemory,
  machineMemory,
} from '../../../src/adapters/sandbox/machine-memory.ts';
import { watchMemory } from '../../../src/adapters/sandbox/memory-limit.ts';

const GB = 1_000_000_000;

/** Two hundred sockets, each with as much in it as it takes. */
const SOCKETS = `use Socket; use IO::Handle; my @all;
for (1..100) {
  socketpair(my $a, my $b, AF_UNIX, SOCK_STREAM, PF_UNSPEC) or die; $a->blocking(0);
  1 while defined syswrite $a, "x" x 65536; push @all, $a, $b
}`;
const NAMELESS = `open my $f, "+>", "/dev/shm/gatehouse-$$" or die; unlink "/dev/shm/gatehouse-$$";
syswrite $f, "x" x 1_000_000 for 1..20;`;

type Holding = { shell: ChildProcess; init: number; program: number };

/** A shell with one program below it, once that holds what it is to hold. */
async function holding(perl: string): Promise<Holding> {
  const program = `${perl} $| = 1; print $$; sleep 200`;
  const shell = spawn('sh', ['-c', `perl -e '${program}'; exit`], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const [printed] = await once(shell.stdout, 'data');
  return { shell, init: shell.pid ?? 0, program: Number(printed) };
}

test.each([
  ['sockets', SOCKETS],
  ['files without a name', NAMELESS],
])(
  'before the machine has none left, what holds most in %s is ended, and nothing else',
  async (_what, perl) => {
    const memory: MachineMemory = { left: 8 * GB, total: 16 * GB };
    const watch = createMachineWatch(() => memory);
    const sandboxes = [
      await holding('my $x = "a" x 5_000_000;'),
      await holding(perl),
      await holding('my $x = "a" x 5_000_000;'),
    ];
    const watches = sandboxes.map(({ init }) => watchMemory(init, GB, [], watch));
    const [first, greedy, last] = sandboxes;
    try {
      memory.left = 0.4 * GB;
      if (greedy) await once(greedy.shell, 'exit');
      watches[1]?.stop();
      memory.left = 8 * GB;
      expect(watches.map(one => one.killed())).toEqual([false, true, false]);
      expect([first?.shell.exitCode, last?.shell.exitCode]).toEqual([null, null]);
    } finally {
      for (const one of watches) one.stop();
      for (const { program } of sandboxes) process.kill(program, 'SIGKILL');
    }
  },
);

test('the next one is ended once the one before is gone, and none where memory is free or can not be read', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  try {
    let memory: MachineMemory | null = null;
    const watch = createMachineWatch(() => memory);
    const ended: string[] = [];
    const one = (name: string, held: () => Promise<number>) =>
      watch({ held, end: () => void ended.push(name) });
    const stops = [
      one('small', async () => 1),
      one('unmeasured', () => Promise.reject(new Error('gone'))),
      one('large', async () => 3),
    ];
    await vi.advanceTimersByTimeAsync(1_000);
    memory = { left: GB, total: 64 * GB };
    await vi.advanceTimersByTimeAsync(1_000);
    expect(ended).toEqual([]);
    memory = { left: 0.04 * GB, total: GB };
    await vi.advanceTimersByTimeAsync(1_000);
    expect(ended).toEqual(['large']);
    stops.pop()?.();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(ended).toEqual(['large', 'small']);
    for (const stop of stops) stop();
    expect(vi.getTimerCount()).toBe(0);
  } finally {
    vi.useRealTimers();
  }
});

test('Linux says how much there is and how much is left', () => {
  const { left = 0, total = 0 } = machineMemory() ?? {};
  expect(total).toBeGreaterThan(GB);
  expect(left).toBeGreaterThan(0);
});
