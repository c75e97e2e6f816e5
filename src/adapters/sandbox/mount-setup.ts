/**
 * Mounts that are made before bubblewrap starts, in a mount namespace of the run's own: the work
 * tree's overlay, and a bind of every host path under a short name on a small tmpfs, the staging
 * folder. So no comma or colon of a host path reaches mount options, and, where Gatehouse is root,
 * folders that only root may enter stay reachable after root's rights are dropped. The staging
 * folder is mounted over `/sys`: every host has it, no path of a spec is below it, and it is not
 * visible in the sandbox.
 */
import { statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { WorkTree } from '../../engine/ports/workspace.ts';

const STAGING = '/sys';
const STAGING_OPTIONS = 'mode=755,size=1m';

type MountSetup = {
  /** The arguments of `MOUNT_SCRIPT`, without the `--` that ends them. */
  scriptArguments(): string[];
  /** The list of mounts, in the form of fstab. */
  mounts(): string;
  /** Adds a bind of a host path; returns its path in the staging folder. */
  bind(from: string): string;
  /** Adds an empty folder and an empty file; returns their paths in the staging folder. */
  empty(): { folder: string; file: string };
  /** Adds the mounts of the work tree; returns its path in the staging folder. */
  workTree(tree: WorkTree, readOnly: boolean, tmpBytes: number): string;
};

/** Script arguments that join control groups; they come first, as the staging folder hides `/sys`. */
export const joinGroups = (groups: string[]): string[] => groups.flatMap(group => ['join', group]);

/** The descriptor at which `MOUNT_SCRIPT` finds its list of mounts, which `mount` takes from a file alone. */
const MOUNTS_FD = 8;

/**
 * The script that makes the mounts and then runs the command after `--`. One `mount` makes them all,
 * the staging folder and an overlay too, because starting a program for each would take longer. `-n`
 * keeps mounts that the host never sees out of its list of mounts.
 */
export const MOUNT_SCRIPT = `set -eu
while [ "$1" != -- ]; do
  case $1 in
    join) echo $$ > "$2/cgroup.procs"; shift 2 ;;
    staging) mount -n -t tmpfs -o ${STAGING_OPTIONS} gatehouse ${STAGING}; shift ;;
    file) : > "$2"; shift 2 ;;
    empty) mkdir "$2"; : > "$3"; shift 3 ;;
    mounts) mount -n -a -T /proc/self/fd/${MOUNTS_FD}; exec ${MOUNTS_FD}<&-; shift ;;
    throwaway) mkdir "$2/upper" "$2/work"; chown "$3" "$2/upper"; shift 3 ;;
    overlay) mkdir "$3"; mount -n -t overlay -o "$2" gatehouse "$3"; shift 3 ;;
  esac
done
shift
exec "$@"
`;

/** `owner` is the uid and gid of a throwaway upper layer, as seen inside the namespace. */
export function createMountSetup(owner: string): MountSetup {
  const files: string[] = [];
  const mounts: string[] = [];
  const afterMounts: string[] = [];
  let names = 0;
  const nextPath = () => `${STAGING}/${names++}`;
  /** Adds a line of fstab; `mount` itself creates the folder that it mounts on. */
  const addMount = (source: string, type: string, options: string) => {
    const to = nextPath();
    mounts.push(`${source} ${to} ${type} ${options},X-mount.mkdir 0 0\n`);
    return to;
  };
  const bind = (from: string) => {
    const to = addMount(escapeForFstab(from), 'none', 'rbind');
    if (!statSync(from).isDirectory()) files.push(to);
    return to;
  };
  return {
    scriptArguments: () => [
      // A file can only be mounted on a file, which the script makes in the staging folder before.
      ...(files.length === 0 ? [] : ['staging', ...files.flatMap(file => ['file', file])]),
      'mounts',
      ...afterMounts,
    ],
    mounts: () =>
      [
        ...(files.length === 0 ? [`gatehouse ${STAGING} tmpfs ${STAGING_OPTIONS} 0 0\n`] : []),
        ...mounts,
      ].join(''),
    bind,
    empty() {
      const empty = { folder: nextPath(), file: nextPath() };
      afterMounts.push('empty', empty.folder, empty.file);
      return empty;
    },
    workTree(tree, readOnly, tmpBytes) {
      if (tree.kind === 'folder') return bind(tree.path);
      const lower = tree.lower.map(bind);
      let upper: string;
      if (readOnly) {
        // Writes go to a layer that is discarded, so that tools which need a cache still work.
        lower.unshift(bind(tree.upper));
        upper = addMount('gatehouse', 'tmpfs', `mode=755,size=${tmpBytes}`);
        afterMounts.push('throwaway', upper, owner);
      } else {
        // The kernel requires upper and work to be on the same mount, so their parent is bound.
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
      if (!readOnly) return addMount('gatehouse', 'overlay', options);
      const to = nextPath();
      afterMounts.push('overlay', options, to);
      return to;
    },
  };
}

/** Escapes a path for a field of fstab: characters that would end the field are written in octal. */
const escapeForFstab = (path: string): string =>
  path.replace(/[\s\\#]/g, character =>
    [...Buffer.from(character)].map(byte => `\\${byte.toString(8).padStart(3, '0')}`).join(''),
  );
