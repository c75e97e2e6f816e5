/** Mounts an overlay for trusted git to read, and checks whether overlays work on this machine. */
import { randomUUID } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { removeTree } from '../git/trash.ts';

/** Every host has it, and no path of Gatehouse is below it. */
export const MERGED_TREE = '/sys';

/**
 * Mounts two layers and runs the command after `--`. With mode "ro" both are read-only, the topmost
 * first; with "rw" the first is a folder with `upper` and `work`. The layers are named by descriptors,
 * because a path may hold what separates options. One mount: to start a program takes longer than it does.
 */
const OVERLAY_SCRIPT = `set -eu
mode=$1
exec 3<"$2" 4<"$3"
shift 4
if [ $mode = rw ]; then
  options=userxattr,lowerdir=/proc/self/fd/4,upperdir=/proc/self/fd/3/upper,workdir=/proc/self/fd/3/work
else options=ro,userxattr,lowerdir=/proc/self/fd/3:/proc/self/fd/4; fi
mount -t overlay -o $options gatehouse ${MERGED_TREE}
exec "$@" 3<&- 4<&-
`;

/** The prefix of a command for which the two layers are merged at `MERGED_TREE`. */
export function overlayPrefix(mode: 'ro' | 'rw', layers: [top: string, lower: string]): string[] {
  // Root needs no user namespace, and without one it can read files that agents made private.
  const namespace = process.getuid?.() === 0 ? '-m' : '-Urm';
  return ['unshare', namespace, 'sh', '-c', OVERLAY_SCRIPT, 'overlay', mode, ...layers, '--'];
}

/** Tries an overlay on the file system of the work trees. */
export async function overlayWorks(stateDir: string): Promise<boolean> {
  const folder = join(stateDir, `probe-${randomUUID()}`);
  try {
    for (const name of ['lower/folder', 'run/upper', 'run/work'])
      await mkdir(join(folder, name), { recursive: true });
    const layers: [string, string] = [join(folder, 'run'), join(folder, 'lower')];
    const [file = '', ...args] = overlayPrefix('rw', layers);
    // Replacing a folder of the lower layer is the operation that needs extended attributes.
    const trial = `cd ${MERGED_TREE} && echo x > file && rmdir folder && mkdir folder && test -f file`;
    const { exitCode } = await execa(file, [...args, 'sh', '-c', trial], {
      env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C' },
      extendEnv: false,
      stdin: 'ignore',
      reject: false,
    });
    return exitCode === 0;
  } finally {
    await removeTree(folder);
  }
}
