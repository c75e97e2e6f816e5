/**
 * Machines made of Linux namespaces: each has a network, a host name and a process table of its own,
 * and a bridge connects them. All of them end with this process, however it ends.
 */
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';

/** Addresses of the machines, in a network without any other connection. */
export const HUB = '10.77.0.1';
const BITS = 24;
export const SUBNET = `10.77.0.0/${BITS}`;

export type Machine = {
  name: string;
  address: string;
  /** The prefix of a command that is to run on the machine. */
  front: string[];
  /** Disconnects and reconnects its network. */
  cut(): void;
  join(): void;
  /** Turns it off: every process on it is killed at once. */
  lose(): Promise<void>;
};

/** Arguments that create a network namespace: as root, or in a user namespace. */
const OWN_NET = process.getuid?.() === 0 ? ['--net'] : ['--user', '--map-root-user', '--net'];

/** Why machines can't be created here; `null` where they can. */
export function whyNoMachines(): string | null {
  const trial = 'ip link add gh0 type bridge && unshare --net --uts --pid --mount-proc --fork true';
  const { status, stderr, error } = spawnSync('unshare', [...OWN_NET, 'sh', '-c', trial]);
  if (status === 0) return null;
  return `network namespaces can't be made here: ${error?.message ?? String(stderr).trim()} (needed: iproute2, util-linux, and root or user namespaces)`;
}

/** Runs this program again inside the machines' network; returns its exit code. */
export async function enterNetwork(argv: string[]): Promise<number> {
  const child = spawn('unshare', [...OWN_NET, process.execPath, ...argv], { stdio: 'inherit' });
  const [code] = await once(child, 'exit');
  return code ?? 1;
}

export function raiseBridge(): void {
  ip('link', 'set', 'lo', 'up');
  ip('link', 'add', 'gh0', 'type', 'bridge');
  ip('addr', 'add', `${HUB}/${BITS}`, 'dev', 'gh0');
  ip('link', 'set', 'gh0', 'up');
}

let machines = 0;

export async function startMachine(): Promise<Machine> {
  const number = ++machines;
  const name = `machine-${number}`;
  const address = `10.77.0.${10 + number}`;
  const spaces = ['--net', '--uts', '--pid', '--mount-proc', '--fork', '--kill-child'];
  const script = 'hostname "$1" && echo up && exec sleep infinity';
  // The machine and all its processes end with this process, however it ends.
  const bound = ['--pdeathsig', 'KILL', '--', 'unshare', ...spaces];
  const holder = spawn('setpriv', [...bound, 'sh', '-c', script, 'machine', name], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  await once(holder.stdout, 'data');
  const init = await childOf(holder);
  const cable = `gh${number}`;
  ip('link', 'add', cable, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', `${init}`);
  ip('link', 'set', cable, 'master', 'gh0');
  const front = ['nsenter', '-t', `${init}`, '--net', '--uts', '--pid', '--mount', '--'];
  const inside = (...args: string[]) => execFileSync('nsenter', [...front.slice(1), 'ip', ...args]);
  inside('link', 'set', 'lo', 'up');
  inside('addr', 'add', `${address}/${BITS}`, 'dev', 'eth0');
  inside('link', 'set', 'eth0', 'up');
  ip('link', 'set', cable, 'up');
  return {
    name,
    address,
    front,
    cut: () => ip('link', 'set', cable, 'down'),
    join: () => ip('link', 'set', cable, 'up'),
    async lose() {
      if (holder.exitCode !== null || holder.signalCode !== null) return;
      const gone = once(holder, 'exit');
      process.kill(init, 'SIGKILL');
      await gone;
    },
  };
}

/** The process that `unshare` or `nsenter` started, because neither forwards signals. */
async function childOf({ pid }: ChildProcess): Promise<number> {
  return Number(await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8'));
}

function ip(...args: string[]): void {
  execFileSync('ip', args, { stdio: ['ignore', 'ignore', 'inherit'] });
}
