/** The folder of an embedded PostgreSQL: its data, its log, its socket. */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { lstat, mkdir, readdir, realpath, rename, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Binaries, spawnFault, spawnPostgres } from './binaries.ts';

export type Cluster = { data: string; log: string; socket: string; url: string };

const USER = 'gatehouse';
/** A socket's whole path fits in 107 bytes; PostgreSQL's own name in it takes `/.s.PGSQL.5432.lock`. */
const SOCKET_FOLDER_BYTES = 85;

/** Finds or makes the folder; two processes may do it at once. */
export async function openCluster(stateDir: string, binaries: Binaries): Promise<Cluster> {
  const folder = join(stateDir, 'postgres');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const data = join(await realpath(folder), 'data');
  const socket = await socketFolder(folder);
  if (!(await exists(data))) await initialise(folder, data, binaries);
  const url = `postgresql://${USER}@localhost/postgres?host=${encodeURIComponent(socket)}`;
  return { data, log: join(folder, 'server.log'), socket, url };
}

/** Beside its place under a name of our own, then renamed: a killed one is never taken for whole. */
async function initialise(folder: string, data: string, { initdb }: Binaries): Promise<void> {
  await removeLeftovers(folder);
  const part = join(folder, `data.${process.pid}.part`);
  const locale = ['--encoding=UTF8', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'];
  // Whoever can open the socket's folder (0700) may connect, and nobody else.
  const args = ['--username', USER, '--auth=trust', '--sync-method=syncfs', ...locale];
  const command = [initdb, '--pgdata', part, '--no-instructions', ...args];
  const child = spawnPostgres('KILL', command, ['ignore', 'pipe', 'pipe']);
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', chunk => {
      said += chunk;
    });
  const [code] = await once(child, 'close').catch(error => [spawnFault(error)]);
  if (code !== 0) {
    await rm(part, { recursive: true, force: true });
    throw new Error(`PostgreSQL could not make its data folder ${data} (${code}):\n${said.trim()}`);
  }
  await rename(part, data).catch(async error => {
    // Another process was first: its folder is as good as ours.
    await rm(part, { recursive: true });
    if (!(await exists(data))) throw error;
  });
}

/** What initialisations that were killed left behind. */
async function removeLeftovers(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const pid = /^data\.(\d+)\.part$/.exec(name)?.[1];
    if (pid && !(await exists(`/proc/${pid}`)))
      await rm(join(folder, name), { recursive: true, force: true });
  }
}

/** Within the state folder where its path is short enough, else in the system's temporary folder. */
async function socketFolder(folder: string): Promise<string> {
  const real = await realpath(folder);
  const near = join(real, 'socket');
  const mark = createHash('sha256').update(real).digest('hex').slice(0, 16);
  const far = join(tmpdir(), `gatehouse-${process.getuid?.()}-${mark}`);
  const socket = [near, far].find(path => Buffer.byteLength(path) <= SOCKET_FOLDER_BYTES);
  if (!socket)
    throw new Error(`the path ${far} is too long for a socket: set TMPDIR to a shorter folder`);
  await mkdir(socket, { mode: 0o700 }).catch(error => {
    if (error.code !== 'EEXIST') throw error;
  });
  const { uid, mode } = await lstat(socket);
  // Anybody may have made a folder of that name before us.
  if (uid !== process.getuid?.() || (mode & 0o170777) !== 0o40700)
    throw new Error(`${socket} is not a folder of ours with mode 0700: remove it`);
  return socket;
}

const exists = (path: string) =>
  stat(path).then(
    () => true,
    () => false,
  );
