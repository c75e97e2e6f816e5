/** `postmaster.pid`: which process serves a data folder. PostgreSQL writes it and locks by it. */
import { readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** The process that serves the data folder, by the pid file; `null` where none does. */
export async function servingPid(data: string): Promise<number | null> {
  const pid = Number.parseInt(await pidFile(data), 10);
  return Number.isInteger(pid) && (await servesFrom(pid, data)) ? pid : null;
}

/**
 * Removes a pid file whose process is not PostgreSQL: after a crash its number may belong to anybody,
 * and PostgreSQL, seeing somebody alive, would refuse to start.
 */
export async function removeStalePidFile(data: string): Promise<void> {
  const file = join(data, 'postmaster.pid');
  const before = await pidFile(data);
  if (before === '' || (await servesFrom(Number.parseInt(before, 10), data))) return;
  const aside = `${file}.${process.pid}.stale`;
  await rename(file, aside).catch(() => {});
  // A server that started in between gets its file back. (Shared memory is its second lock.)
  const stale = (await readFile(aside, 'utf8').catch(() => before)) === before;
  if (stale) await rm(aside, { force: true });
  else await rename(aside, file);
}

const pidFile = (data: string) => readFile(join(data, 'postmaster.pid'), 'utf8').catch(() => '');

async function servesFrom(pid: number, data: string): Promise<boolean> {
  const argv = (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).split('\0');
  return /\bpostgres$/.test(argv[0] ?? '') && argv.includes(data);
}
