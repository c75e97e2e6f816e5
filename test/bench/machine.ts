/** Describes the machine on which figures were measured, without which they mean little. */
import { readFile } from 'node:fs/promises';
import { availableParallelism, cpus, tmpdir, totalmem } from 'node:os';

export async function machine(): Promise<string> {
  const mounts = (await readFile('/proc/mounts', 'utf8')).split('\n').map(line => line.split(' '));
  const [, , system] = mounts
    .filter(
      ([, at = '']) => tmpdir() === at || tmpdir().startsWith(at.endsWith('/') ? at : `${at}/`),
    )
    .reduce((deepest, mount) =>
      (mount[1]?.length ?? 0) >= (deepest[1]?.length ?? 0) ? mount : deepest,
    );
  const memory = Math.round(totalmem() / 2 ** 30);
  return [
    `${availableParallelism()} cores of ${cpus()[0]?.model.trim()}, ${memory} GB`,
    `Node ${process.versions.node}`,
    `${system} in ${tmpdir()}`,
    'every PostgreSQL with fsync on',
  ].join('; ');
}
