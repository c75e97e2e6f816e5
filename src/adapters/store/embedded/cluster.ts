/** The files of an embedded PostgreSQL: its data folder, its log and the folder of its socket. */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { lstat, mkdir, readdir, realpath, rename, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type PostgresBinaries, spawnPostgres, spawnProblem } from './postgres-binaries.ts';
import { lastWords } from './server-words.ts';

export type Cluster = { data: string; log: string; socket: string; url: string };

const USER = 'gatehouse';
/** A socket's path may have 107 bytes, of which `/.s.PGSQL.5432.lock` is PostgreSQL's. */
const SOCKET_FOLDER_BYTES = 85;

/** Finds or creates the files; two processes may do so at once. */
export async function openCluster(stateDir: string, binaries: PostgresBinaries): Promise<Cluster> {
  const folder = join(stateDir, 'postgres');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const data = join(await realpath(folder), 'data');
  const socket = await socketFolder(folder);
  if (!(await exists(data))) await initializeData(folder, data, binaries);
  const url = `postgresql://${USER}@localhost/postgres?host=${encodeURIComponent(socket)}`;
  return { data, log: join(folder, 'server.log'), socket, url };
}

/** Creates the data folder under a temporary name and renames it, so that it is never incomplete. */
async function initializeData(
  folder: string,
  data: string,
  { initdb }: PostgresBinaries,
): Promise<void> {
  await removeLeftovers(folder);
  const part = join(folder, `data.${process.pid}.part`);
  const locale = ['--encoding=UTF8', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'];
  // Only a user who can enter the socket's folder (mode 0700) can connect.
  const args = ['--username', USER, '--auth=trust', '--sync-method=syncfs', ...locale];
  const command = [initdb, '--pgdata', part, '--no-instructions', ...args];
  const child = spawnPostgres('KILL', command, ['ignore', 'pipe', 'pipe']);
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', chunk => {
      output += chunk;
    });
  const [code] = await once(child, 'close').catch(error => [spawnProblem(error)]);
  if (code !== 0) {
    await rm(part, { recursive: true, force: true });
    throw new Error(
      `PostgreSQL could not create its data folder ${data} (${code}): ${lastWords(output)}`,
    );
  }
  await rename(part, data).catch(async error => {
    // Another process created the folder first, and that one is used.
    await rm(part, { recursive: true });
    if (!(await exists(data))) throw error;
  });
}

/** Removes the temporary folders of processes that were killed while they created the data folder. */
async function removeLeftovers(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const pid = /^data\.(\d+)\.part$/.exec(name)?.[1];
    if (pid && !(await exists(`/proc/${pid}`)))
      await rm(join(folder, name), { recursive: true, force: true });
  }
}

/** A folder in the state folder where the path is short enough, else in the temporary folder. */
async function socketFolder(folder: string): Promise<string> {
  const real = await realpath(folder);
  const preferred = join(real, 'socket');
  const mark = createHash('sha256').update(real).digest('hex').slice(0, 16);
  const fallback = join(tmpdir(), `gatehouse-${process.getuid?.()}-${mark}`);
  const socket = [preferred, fallback].find(path => Buffer.byteLength(path) <= SOCKET_FOLDER_BYTES);
  if (!socket)
    throw new Error(
      `the path ${fallback} is too long for a socket: set TMPDIR to a shorter folder`,
    );
  await mkdir(socket, { mode: 0o700 }).catch(error => {
    if (error.code !== 'EEXIST') throw error;
  });
  const { uid, mode } = await lstat(socket);
  // Another user may have created a folder of that name first.
  if (uid !== process.getuid?.() || (mode & 0o170777) !== 0o40700)
    throw new Error(`${socket} is not a folder of this user with mode 0700: remove it`);
  return socket;
}

const exists = (path: string) =>
  stat(path).then(
    () => true,
    () => false,
  );
