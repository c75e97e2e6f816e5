/** What a command that has ended may have left on this machine. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Processes and mounts that name the folder, and runs and sockets in it. */
export async function leftovers(home: string): Promise<string[]> {
  const found: string[] = [];
  for (const pid of await readdir('/proc')) {
    if (!/^\d+$/.test(pid)) continue;
    const line = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    if (line.includes(home)) found.push(`process ${pid}: ${line.replaceAll('\0', ' ')}`);
  }
  const mounts = await readFile('/proc/self/mounts', 'utf8');
  found.push(...mounts.split('\n').filter(line => line.includes(home)));
  for (const folder of ['gw', 'workspaces/runs', 'postgres/socket'])
    for (const name of await readdir(join(home, 'state', folder)).catch(() => []))
      found.push(`${folder}/${name}`);
  return found;
}
