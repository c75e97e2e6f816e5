/**
 * Control groups limit the memory and the number of processes of a whole sandbox, which limits on
 * single processes can't. All sandboxes of a machine stand in one group, and have one share of the
 * processors together, however many there are and however many processes they start.
 * Where Gatehouse may not create control groups, only the limits on single processes (entry-script.ts)
 * and the memory watch (memory-limit.ts) apply. Files of a group are the kernel's own, which answers at
 * once: handing each call to a thread of Node takes longer than the call.
 */
import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { access, mkdir, readdir, readFile, rmdir, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Limits } from '../../engine/ports/sandbox.ts';
import { enableControllers } from './cgroup-controllers.ts';

const MOUNT = '/sys/fs/cgroup';
/** The group of all sandboxes of all Gatehouses here. It is never removed: another may be about to use it. */
const ALL = 'gatehouse-sandboxes';
/** The prefix of a group's name; the pid of the Gatehouse that created it follows. */
const PREFIX = 'gatehouse-';

/**
 * What is swapped out would not count against the limit on memory: in version 2 swap has a limit of its
 * own, in version 1 one with the memory.
 */
const SWAP: Readonly<Record<string, { file: string; of: (memoryBytes: number) => number }>> = {
  'memory.max': { file: 'memory.swap.max', of: () => 0 },
  'memory.limit_in_bytes': { file: 'memory.memsw.limit_in_bytes', of: bytes => bytes },
};

/**
 * All sandboxes together have half of the usual share of the processors (`all`): where they are busy,
 * Gatehouse itself, which answers GitHub and people, goes first. Among them one that is being set up goes
 * first, which takes it some 10 ms, and those in which agents run are alike. Version 2 has the first of these
 * files, version 1 the second.
 */
const SHARES: readonly { file: string; all: string; first: string; alike: string }[] = [
  { file: 'cpu.weight', all: '50', first: '10000', alike: '100' },
  { file: 'cpu.shares', all: '512', first: '102400', alike: '1024' },
];

/** A group in which groups can be created, and the names of the files that hold their limits. */
export type CgroupParent = { folder: string; memory: string | null; processes: string | null };

/** The parents in which creating and limiting a group works; removes orphaned groups from them. */
export async function findCgroupParents(): Promise<CgroupParent[]> {
  const parents: CgroupParent[] = [];
  for (const candidate of await candidateParents()) {
    const parent = await groupOfAll(candidate).catch(() => null);
    if (parent === null || !(await isUsable(parent))) continue;
    await removeOrphanGroups(parent.folder);
    parents.push(parent);
    if (parent.memory !== null && parent.processes !== null) break;
  }
  return parents;
}

/**
 * With control groups version 2: the parent of Gatehouse's own group, then the root. With version 1:
 * the hierarchies that limit memory and processes and share the processors.
 */
async function candidateParents(): Promise<CgroupParent[]> {
  const lines = (await readFile('/proc/self/cgroup', 'utf8').catch(() => '')).split('\n');
  const own = (name: string) => {
    const line = lines.find(each => each.split(':')[1]?.split(',').includes(name));
    return line?.slice(line.indexOf(':', line.indexOf(':') + 1) + 1);
  };
  const unified = await access(join(MOUNT, 'cgroup.controllers')).then(
    () => true,
    () => false,
  );
  if (unified)
    return [...new Set([dirname(own('') ?? '/'), '/'])].map(path => ({
      folder: join(MOUNT, path),
      memory: 'memory.max',
      processes: 'pids.max',
    }));
  const memory = join(MOUNT, 'memory', own('memory') ?? '/');
  const pids = join(MOUNT, 'pids', own('pids') ?? '/');
  return [
    { folder: memory, memory: 'memory.limit_in_bytes', processes: null },
    { folder: pids, memory: null, processes: 'pids.max' },
    { folder: join(MOUNT, 'cpu', own('cpu') ?? '/'), memory: null, processes: null },
  ];
}

async function groupOfAll(candidate: CgroupParent): Promise<CgroupParent> {
  const folder = join(candidate.folder, ALL);
  await mkdir(folder, { recursive: true });
  // Version 2 limits by groups what their parent says.
  if (candidate.memory !== null && candidate.processes !== null)
    for (const each of [candidate.folder, folder]) await enableControllers(each);
  const files = await readdir(folder);
  for (const { file, all } of SHARES)
    if (files.includes(file)) await writeFile(join(folder, file), all);
  return { ...candidate, folder };
}

async function isUsable(parent: CgroupParent): Promise<boolean> {
  try {
    const folder = makeGroup(parent);
    try {
      limitGroup({ parent, folder }, { memoryBytes: 100_000_000, processes: 100 });
    } finally {
      await rmdir(folder);
    }
    return true;
  } catch {
    return false;
  }
}

/** A group younger than this may be about to be joined by a process of another container, which is not seen here. */
const YOUNG_MS = 60_000;

/** Removes groups of a Gatehouse that was killed. A living one may be about to use an empty group. */
async function removeOrphanGroups(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const pid = /^gatehouse-(\d+)-/.exec(name)?.[1];
    if (pid === undefined) continue;
    const made = await stat(join(folder, name)).catch(() => null);
    if (made === null || Date.now() - made.mtimeMs < YOUNG_MS) continue;
    const alive = await access(`/proc/${pid}`).then(
      () => true,
      () => false,
    );
    if (!alive) await rmdir(join(folder, name)).catch(() => {});
  }
}

/** A group of one sandbox. */
export type ControlGroup = { parent: CgroupParent; folder: string };

/** Creates the groups for one sandbox. Its first process joins them, and every later one inherits. */
export function makeGroups(parents: CgroupParent[]): ControlGroup[] {
  const made: ControlGroup[] = [];
  try {
    for (const parent of parents) made.push({ parent, folder: makeGroup(parent) });
    return made;
  } catch (error) {
    for (const { folder } of made) removeEmpty(folder);
    throw error;
  }
}

function makeGroup(parent: CgroupParent): string {
  const folder = join(parent.folder, `${PREFIX}${process.pid}-${randomUUID()}`);
  mkdirSync(folder);
  try {
    share(folder, 'first');
  } catch (error) {
    removeEmpty(folder);
    throw error;
  }
  return folder;
}

/** Gives the group the share that every sandbox has in which an agent runs. */
export const shareAlike = ({ folder }: ControlGroup): void => share(folder, 'alike');

function share(folder: string, which: 'first' | 'alike'): void {
  for (const each of SHARES)
    if (existsSync(join(folder, each.file))) writeFileSync(join(folder, each.file), each[which]);
}

/** Has to come before anything of the agent's runs there. */
export function limitGroup(
  { parent, folder }: ControlGroup,
  limits: Pick<Limits, 'memoryBytes' | 'processes'>,
): void {
  const write = (file: string, text: string) => writeFileSync(join(folder, file), text);
  if (parent.memory !== null) {
    write(parent.memory, String(limits.memoryBytes));
    const swap = SWAP[parent.memory];
    // A kernel that does not count swap has no file for it.
    if (swap && existsSync(join(folder, swap.file)))
      write(swap.file, String(swap.of(limits.memoryBytes)));
  }
  if (parent.processes !== null)
    // Bubblewrap's two processes, socat and its connections count beside the agent's own.
    write(parent.processes, String(limits.processes + 8));
}

/** Of a group that no process has joined; what keeps it from going is not why it is not used. */
function removeEmpty(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // The next start of Gatehouse removes it.
  }
}

/** Whether the kernel killed a process of these groups because the memory ran out. */
export function killedForMemory(groups: ControlGroup[]): boolean {
  // Version 2 counts it in the first of these files, version 1 in the second.
  const files = ['memory.events', 'memory.oom_control'];
  return groups
    .flatMap(({ folder }) => files.map(file => join(folder, file)))
    .filter(file => existsSync(file))
    .some(file => /^oom_kill [1-9]/m.test(readFileSync(file, 'utf8')));
}

/** A process that was killed ends within this time, or hangs in the kernel. */
const MOST_TRIES = 100;
const BETWEEN_MS = 10;

/** Removes the groups of a sandbox; a group can be removed only once all its processes are dead. */
export async function removeGroups(groups: ControlGroup[]): Promise<void> {
  await Promise.all(groups.map(({ folder }) => removeOnceEmpty(folder)));
}

async function removeOnceEmpty(folder: string): Promise<void> {
  for (let tries = 1; tries <= MOST_TRIES; tries += 1) {
    const problem = await rmdir(folder).then(
      () => null,
      (error: NodeJS.ErrnoException) => error.code,
    );
    if (problem !== 'EBUSY') return;
    await delay(BETWEEN_MS);
  }
}
