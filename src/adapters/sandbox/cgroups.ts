/**
 * Limits on a whole sandbox, where we may make control groups: memory and processes together, which
 * no limit on single processes can give. Elsewhere those single limits stand alone.
 */
import { randomUUID } from 'node:crypto';
import { access, mkdir, readdir, readFile, rmdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Limits } from '../../engine/ports/sandbox.ts';

const MOUNT = '/sys/fs/cgroup';
/** Followed by the pid of whoever made it. */
const PREFIX = 'gatehouse-';

/** A group that ours can be made in, and the files that hold their limits. */
export type Parent = { folder: string; memory: string | null; processes: string | null };

/** Groups where making one and limiting it was tried and worked. Clears away what is left there. */
export async function findParents(): Promise<Parent[]> {
  const parents: Parent[] = [];
  for (const candidate of await candidates()) {
    if (!(await works(candidate))) continue;
    await removeOrphans(candidate.folder);
    parents.push(candidate);
    if (candidate.memory !== null && candidate.processes !== null) break;
  }
  return parents;
}

/** Version 2 first: beside our own group, then at the root; else version 1's two hierarchies. */
async function candidates(): Promise<Parent[]> {
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
  ];
}

async function works(parent: Parent): Promise<boolean> {
  const trial = await make(parent, { memoryBytes: 100_000_000, processes: 100 }).catch(() => null);
  if (trial === null) return false;
  await rmdir(trial);
  return true;
}

/** Groups of a Gatehouse that was killed; those of the living are theirs, also while still empty. */
async function removeOrphans(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const pid = /^gatehouse-(\d+)-/.exec(name)?.[1];
    if (pid === undefined) continue;
    const alive = await access(`/proc/${pid}`).then(
      () => true,
      () => false,
    );
    if (!alive) await rmdir(join(folder, name)).catch(() => {});
  }
}

/** Groups for one sandbox: its first process joins them, and all that come from it are in them. */
export async function makeGroups(parents: Parent[], limits: Limits): Promise<string[]> {
  return Promise.all(parents.map(parent => make(parent, limits)));
}

async function make(parent: Parent, limits: Pick<Limits, 'memoryBytes' | 'processes'>) {
  const folder = join(parent.folder, `${PREFIX}${process.pid}-${randomUUID()}`);
  await mkdir(folder);
  try {
    if (parent.memory !== null)
      await writeFile(join(folder, parent.memory), String(limits.memoryBytes));
    if (parent.processes !== null)
      // Beside the agent's own: bubblewrap's two, the door and a connection of it.
      await writeFile(join(folder, parent.processes), String(limits.processes + 8));
  } catch (error) {
    await rmdir(folder);
    throw error;
  }
  return folder;
}

/** Once every process is dead. */
export async function removeGroups(folders: string[]): Promise<void> {
  for (const folder of folders) await rmdir(folder).catch(() => {});
}
