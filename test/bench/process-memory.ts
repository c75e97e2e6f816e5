/** Reads the memory of a process and its descendants from `/proc`: shared pages count in proportion. */
import { readdir, readFile } from 'node:fs/promises';

export type ProcessMemory = { command: string; parents: string[]; bytes: number };

/** The process and all that it started, each with the command lines of those above it. */
export async function processMemory(root: number): Promise<ProcessMemory[]> {
  const all = new Map<number, { parent: number; command: string; bytes: number }>();
  const read = (path: string) => readFile(path, 'utf8').catch(() => '');
  const ids = (await readdir('/proc')).filter(name => /^\d+$/.test(name));
  for (const id of ids) {
    const [stat, command, memory] = await Promise.all(
      ['stat', 'cmdline', 'smaps_rollup'].map(file => read(`/proc/${id}/${file}`)),
    );
    const parent = Number(/^\d+ \(.*\) \S (\d+)/s.exec(stat ?? '')?.[1]);
    const kilobytes = Number(/^Pss:\s+(\d+) kB/m.exec(memory ?? '')?.[1] ?? 0);
    if (parent > 0)
      all.set(Number(id), {
        parent,
        command: (command ?? '').replaceAll('\0', ' ').trim(),
        bytes: kilobytes * 1024,
      });
  }
  const found: ProcessMemory[] = [];
  for (const [id, { command, bytes }] of all) {
    const parents: string[] = [];
    let at = id;
    while (at !== root && all.has(at)) {
      at = all.get(at)?.parent ?? 0;
      parents.push(all.get(at)?.command ?? '');
    }
    if (at === root) found.push({ command, parents, bytes });
  }
  return found;
}
