/** The overlay as we see it: whether it works here, and how trusted git looks into it. */
import { randomUUID } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { removeTree } from './remove.ts';

/** Nothing of the host is below it, and every host has it; see the mount namespace of a run. */
const VIEW = '/sys';
export const VIEW_TREE = `${VIEW}/tree`;

/** `mode`: "ro", or "rw" where the first layer is followed by its work folder. */
const SCRIPT = `set -eu
mode=$1; shift
mount -t tmpfs -o mode=755,size=1m gatehouse ${VIEW}
mkdir ${VIEW_TREE}
layers=; n=0
while [ "$1" != -- ]; do
  n=$((n + 1)); mkdir ${VIEW}/$n; mount --rbind "$1" ${VIEW}/$n
  layers=$layers\${layers:+:}${VIEW}/$n; shift
done
shift
if [ $mode = rw ]; then
  options=userxattr,lowerdir=${VIEW}/2,upperdir=${VIEW}/1/upper,workdir=${VIEW}/1/work
else options=ro,userxattr,lowerdir=$layers; fi
mount -t overlay -o $options gatehouse ${VIEW_TREE}
exec "$@"
`;

/** In front of a command that shall see the layers (topmost first) merged at `VIEW_TREE`. */
export function view(mode: 'ro' | 'rw', layers: string[]): string[] {
  // As root we need no user namespace, and without one we can read what agents made private.
  const namespace = process.getuid?.() === 0 ? '-m' : '-Urm';
  return ['unshare', namespace, 'sh', '-c', SCRIPT, 'view', mode, ...layers, '--'];
}

/** Tries it, on the very file system that the work trees will be on. */
export async function overlayWorks(stateDir: string): Promise<boolean> {
  const folder = join(stateDir, `probe-${randomUUID()}`);
  try {
    for (const name of ['lower/folder', 'run/upper', 'run/work'])
      await mkdir(join(folder, name), { recursive: true });
    const [file = '', ...args] = view('rw', [join(folder, 'run'), join(folder, 'lower')]);
    // Replacing a folder of the lower layer is what needs extended attributes.
    const trial = `cd ${VIEW_TREE} && echo x > file && rmdir folder && mkdir folder && test -f file`;
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
