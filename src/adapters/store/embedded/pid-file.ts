/** Reads `postmaster.pid`, by which PostgreSQL records and locks who serves a data folder. */
import { readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** The pid of the process that serves the data folder; `null` where none does. */
export async function servingPid(data: string): Promise<number | null> {
  const pid = Number.parseInt(await pidFile(data), 10);
  return Number.isInteger(pid) && (await servesFrom(pid, data)) ? pid : null;
}

/**
 * Removes a pid file whose process is not PostgreSQL. After a crash the pid may belong to another
 * process, and PostgreSQL would refuse to start as long as that one is alive.
 */
export async function removeStalePidFile(data: string): Promise<void> {
  const file = join(data, 'postmaster.pid');
  const before = await pidFile(data);
  if (before === '' || (await servesFrom(Number.parseInt(before, 10), data))) return;
  const aside = `${file}.${process.pid}.stale`;
  await rename(file, aside).catch(() => {});
  // A server that started meanwhile gets its file back; its shared memory locks the data as well.
  const stale = (await readFile(aside, 'utf8').catch(() => before)) === before;
  if (stale) await rm(aside, { force: true });
  else await rename(aside, file);
}

const pidFile = (data: string) => readFile(join(data, 'postmaster.pid'), 'utf8').catch(() => '');

async function servesFrom(pid: number, data: string): Promise<boolean> {
  const argv = (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).split('\0');
  return /\bpostgres$/.test(argv[0] ?? '') && argv.includes(data);
}
