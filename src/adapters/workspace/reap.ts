/** Removes what is no longer wanted: runs that died, and shared folders that none of them uses. */
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { USES } from './open.ts';
import { discard, emptyTrash } from './remove.ts';

const Uses = z.object({ lower: z.string().nullable(), prepared: z.string().nullable() });

/** Shared folders of a repository that are kept beyond those in use. */
const KEPT = 8;
/** Younger ones may belong to a run that is just being opened. */
const YOUNG_MS = 10 * 60_000;

export async function runsOf(stateDir: string): Promise<string[]> {
  const names = await readdir(join(stateDir, 'runs')).catch(() => []);
  return names.filter(name => !name.startsWith('.'));
}

export async function reapRuns(stateDir: string, dead: string[]): Promise<number> {
  const runs = join(stateDir, 'runs');
  const doomed = new Set(dead);
  const used = new Set<string>();
  let reaped = 0;
  for (const run of await readdir(runs).catch(() => [])) {
    // Pushes end by themselves; what a killed one left is old.
    const wanted = run.startsWith('.') ? !(await isOld(join(runs, run))) : !doomed.has(run);
    if (wanted) {
      const uses = await readUses(join(runs, run));
      for (const name of [uses.lower, uses.prepared]) if (name !== null) used.add(name);
    } else {
      await discard(stateDir, join(runs, run));
      reaped += 1;
    }
  }
  for (const kind of ['lowers', 'prepared'])
    for (const repository of await readdir(join(stateDir, kind)).catch(() => []))
      await thin(stateDir, join(stateDir, kind, repository), used);
  await emptyTrash(stateDir);
  return reaped;
}

/** Keeps what is used, what is young, and the few that were wanted last. */
async function thin(stateDir: string, folder: string, used: Set<string>): Promise<void> {
  const idle: { path: string; wanted: number }[] = [];
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    if (!used.has(name) && !used.has(path) && (await isOld(path)))
      idle.push({ path, wanted: (await stat(path)).mtimeMs });
  }
  idle.sort((a, b) => b.wanted - a.wanted);
  for (const { path } of idle.slice(KEPT)) await discard(stateDir, path);
}

async function isOld(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => null);
  return found !== null && Date.now() - found.mtimeMs > YOUNG_MS;
}

async function readUses(folder: string): Promise<z.infer<typeof Uses>> {
  const text = await readFile(join(folder, USES), 'utf8').catch(() => null);
  return text === null ? { lower: null, prepared: null } : Uses.parse(JSON.parse(text));
}
