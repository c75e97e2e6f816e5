/** Mounts an overlay for trusted git to read, and checks whether overlays work on this machine. */
import { randomUUID } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { removeTree } from '../git/trash.ts';

/** Mounts go below `/sys`, which every host has and which no path of Gatehouse is below. */
const STAGING = '/sys';
export const MERGED_TREE = `${STAGING}/tree`;

/**
 * Mounts the layers and runs the command after `--`. With mode "ro" all layers are read-only; with
 * "rw" the first argument is a folder with `upper` and `work`, and the second the lower layer.
 */
const OVERLAY_SCRIPT = `set -eu
mode=$1; folders=$2; shift 2
mount -t tmpfs -o mode=755,size=1m gatehouse ${STAGING}
mkdir ${MERGED_TREE} $folders
layers=
for folder in $folders; do
  mount --rbind "$1" $folder; shift
  layers=$layers\${layers:+:}$folder
done
shift
if [ $mode = rw ]; then
  options=userxattr,lowerdir=${STAGING}/2,upperdir=${STAGING}/1/upper,workdir=${STAGING}/1/work
else options=ro,userxattr,lowerdir=$layers; fi
mount -t overlay -o $options gatehouse ${MERGED_TREE}
exec "$@"
`;

/** The prefix of a command for which the layers (topmost first) are merged at `MERGED_TREE`. */
export function overlayPrefix(mode: 'ro' | 'rw', layers: string[]): string[] {
  // Root needs no user namespace, and without one it can read files that agents made private.
  const namespace = process.getuid?.() === 0 ? '-m' : '-Urm';
  const folders = layers.map((_, index) => `${STAGING}/${index + 1}`).join(' ');
  const script = ['sh', '-c', OVERLAY_SCRIPT, 'overlay', mode, folders];
  return ['unshare', namespace, ...script, ...layers, '--'];
}

/** Tries an overlay on the file system of the work trees. */
export async function overlayWorks(stateDir: string): Promise<boolean> {
  const folder = join(stateDir, `probe-${randomUUID()}`);
  try {
    for (const name of ['lower/folder', 'run/upper', 'run/work'])
      await mkdir(join(folder, name), { recursive: true });
    const [file = '', ...args] = overlayPrefix('rw', [join(folder, 'run'), join(folder, 'lower')]);
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
