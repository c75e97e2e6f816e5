/** Processes of a sandbox, found from outside: they alone have its work tree mounted. */
import { access, readdir, readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';

/** The command lines of the processes in whose mounts this folder is. */
export async function processesIn(folder: string): Promise<string[]> {
  // A mount tells the path below its own file system: the end of the path is the same.
  const end = `/${folder.split('/').slice(-2).join('/')} `;
  const ids = (await readdir('/proc')).filter(name => /^\d+$/.test(name));
  const read = (path: string) => readFile(path, 'utf8').catch(() => '');
  const inside = await Promise.all(
    ids.map(async id => ((await read(`/proc/${id}/mountinfo`)).includes(end) ? [id] : [])),
  );
  return Promise.all(inside.flat().map(id => read(`/proc/${id}/cmdline`)));
}

export async function waitForFile(path: string): Promise<void> {
  for (;;) {
    const there = await access(path).then(
      () => true,
      () => false,
    );
    if (there) return;
    await delay(20);
  }
}
