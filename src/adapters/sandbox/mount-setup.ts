/**
 * What happens between us and bubblewrap, in a mount namespace of the run's own: the work tree's
 * overlay is mounted and every outside path is bound under a short name on a small tmpfs. So no
 * comma or colon of a host path reaches mount options, and, where we are root, folders that only
 * root may enter are reachable after root is given up. `/sys` carries the stage: every host has
 * it, none of our paths is below it, and the sandbox never shows it.
 */
import { statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { WorkTree } from '../../engine/ports/workspace.ts';

const STAGE = '/sys';

export type MountSetup = {
  /** The script's arguments, up to its `--`. */
  steps(): string[];
  /** The staged name of an outside path. */
  bind(from: string): string;
  /** Mounts the work tree; returns where. */
  workTree(tree: WorkTree, readOnly: boolean, tmpBytes: number): string;
};

/** Control groups are joined first: the stage hides them. */
export const joining = (groups: string[]): string[] => groups.flatMap(group => ['join', group]);

/** The part of a work tree that the sandbox can write, on the host. */
export const written = (tree: WorkTree) => (tree.kind === 'folder' ? tree.path : tree.upper);

/**
 * One `mount` for all binds, however many: each program that is started takes its time. `-n`: the
 * host keeps no list of mounts that it never sees.
 */
export const MOUNT_SCRIPT = `set -eu
while [ "$1" != -- ]; do
  case $1 in
    join) echo $$ > "$2/cgroup.procs"; shift 2 ;;
    stage) mount -n -t tmpfs -o mode=755,size=1m gatehouse ${STAGE}; shift ;;
    file) : > "$2"; shift 2 ;;
    mounts) printf %s "$2" > ${STAGE}/fstab; mount -n -a -T ${STAGE}/fstab; shift 2 ;;
    throwaway) mkdir "$2/upper" "$2/work"; chown "$3" "$2/upper"; shift 3 ;;
    overlay) mkdir "$3"; mount -n -t overlay -o "$2" gatehouse "$3"; shift 3 ;;
  esac
done
shift
exec "$@"
`;

/** `owner`: the uid and gid that a throwaway upper layer gets, as seen inside the namespace. */
export function createMountSetup(owner: string): MountSetup {
  const files: string[] = [];
  const mounts: string[] = [];
  const last: string[] = [];
  let places = 0;
  /** `mount` makes the folders that it mounts on. */
  const place = (what: string, type: string, options: string) => {
    const to = `${STAGE}/${places++}`;
    mounts.push(`${what} ${to} ${type} ${options},X-mount.mkdir 0 0\n`);
    return to;
  };
  const bind = (from: string) => {
    const to = place(escaped(from), 'none', 'rbind');
    if (!statSync(from).isDirectory()) files.push(to);
    return to;
  };
  return {
    steps: () => [
      'stage',
      ...files.flatMap(file => ['file', file]),
      ...['mounts', mounts.join('')],
      ...last,
    ],
    bind,
    workTree(tree, readOnly, tmpBytes) {
      if (tree.kind === 'folder') return bind(tree.path);
      const lower = tree.lower.map(bind);
      let upper: string;
      if (readOnly) {
        // What the process writes is gone with it; tools that need a cache still work.
        lower.unshift(bind(tree.upper));
        upper = place('gatehouse', 'tmpfs', `mode=755,size=${tmpBytes}`);
        last.push('throwaway', upper, owner);
      } else {
        // Both layers must be reached through one mount.
        if (
          dirname(tree.upper) !== dirname(tree.work) ||
          !tree.upper.endsWith('/upper') ||
          !tree.work.endsWith('/work')
        )
          throw new Error(
            `An overlay's upper and work must be the folders "upper" and "work" of one parent, not ${tree.upper} and ${tree.work}.`,
          );
        upper = bind(dirname(tree.upper));
      }
      const layers = `lowerdir=${lower.join(':')},upperdir=${upper}/upper,workdir=${upper}/work`;
      const options = `userxattr,${layers}`;
      if (!readOnly) return place('gatehouse', 'overlay', options);
      const to = `${STAGE}/${places++}`;
      last.push('overlay', options, to);
      return to;
    },
  };
}

/** As `fstab` wants it: what would end a field is written as its octal number. */
const escaped = (path: string): string =>
  path.replace(/[\s\\#]/g, character =>
    [...Buffer.from(character)].map(byte => `\\${byte.toString(8).padStart(3, '0')}`).join(''),
  );
