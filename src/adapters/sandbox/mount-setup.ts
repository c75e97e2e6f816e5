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
/** The list of mounts, in the form of fstab: `mount` takes it from a file alone. */
const LIST = `${STAGING}/mounts`;

type MountSetup = {
  /** The lines that the script of `setupScript` reads. */
  lines(): string;
  /** Adds a bind of a host path; returns its path in the staging folder. */
  bind(from: string): string;
  /** Adds an empty folder and an empty file; returns their paths in the staging folder. */
  empty(): { folder: string; file: string };
  /** Adds the mounts of the work tree; returns its path in the staging folder. */
  workTree(tree: WorkTree, readOnly: boolean, tmpBytes: number): string;
};

/** The folder of unpacked tools in the staging folder: bubblewrap itself may be among them. */
export const STAGED_TOOLS = `${STAGING}/tools`;

/** Descriptors of the script: it says whether the mounts are made, and reads what to mount. */
type SetupDescriptors = { says: number; reads: number };

/**
 * The script joins control groups, mounts the staging folder, and becomes the command after `--`, which
 * has to wait: beside it a shell makes the mounts, once it reads them. It says "mounted" and ends, or
 * "failed". Where what it reads ends before, it ends as well, and nothing is mounted. One `mount` makes
 * them all, an overlay too, because starting a program for each would take longer. `-n` keeps mounts
 * that the host never sees out of its list of mounts.
 */
export const setupScript = ({ says, reads }: SetupDescriptors): string => `set -eu
while [ "$1" != -- ]; do
  case $1 in
    join) echo $$ > "$2/cgroup.procs"; shift 2 ;;
    staging) mount -n -t tmpfs -o mode=755,size=1m gatehouse ${STAGING}; shift ;;
    tools) mkdir ${STAGED_TOOLS}; mount -n --rbind "$2" ${STAGED_TOOLS}; shift 2 ;;
  esac
done
shift
{
  trap '[ $? = 0 ] || echo failed >&${says}' EXIT
  while read -r verb one two; do
    case $verb in
      file) : > "$one" ;;
      list) printf '%s %s\\n' "$one" "$two" >> ${LIST} ;;
      mount) mount -n -a -T ${LIST}; : > ${LIST} ;;
      throwaway) mkdir "$one/upper" "$one/work"; chown "$two" "$one/upper" ;;
      end) echo mounted >&${says}; exit ;;
    esac
  done
} <&${reads} &
exec "$@"
`;

/** What the script is told to do before it becomes the command. The staging folder hides the groups. */
export const setupArguments = (groups: string[], tools: string | null): string[] => [
  ...groups.flatMap(group => ['join', group]),
  'staging',
  ...(tools === null ? [] : ['tools', tools]),
];

/** `owner` is the uid and gid of a throwaway upper layer, as seen inside the namespace. */
export function createMountSetup(owner: string): MountSetup {
  const files: string[] = [];
  const mounts: string[] = [];
  let names = 0;
  const nextPath = () => `${STAGING}/${names++}`;
  const line = (source: string, to: string, typeAndOptions: string) =>
    `list ${source} ${to} ${typeAndOptions} 0 0`;
  /** `mount` itself creates the folder that it mounts on. */
  const addMount = (source: string, type: string, options: string) => {
    const to = nextPath();
    mounts.push(line(source, to, `${type} ${options},X-mount.mkdir`));
    return to;
  };
  const bind = (from: string) => {
    if (statSync(from).isDirectory()) return addMount(escapeForFstab(from), 'none', 'rbind');
    // A file can only be mounted on a file, which the script makes before.
    const to = nextPath();
    files.push(`file ${to}`);
    mounts.push(line(escapeForFstab(from), to, 'none rbind'));
    return to;
  };
  return {
    lines: () => [...files, ...mounts, 'mount', 'end'].map(each => `${each}\n`).join(''),
    bind,
    empty() {
      const file = nextPath();
      files.push(`file ${file}`);
      return { folder: addMount('gatehouse', 'tmpfs', 'mode=755,size=4k'), file };
    },
    workTree(tree, readOnly, tmpBytes) {
      if (tree.kind === 'folder') return bind(tree.path);
      const lower = tree.lower.map(bind);
      let upper: string;
      if (readOnly) {
        // Writes go to a layer that is discarded, so that tools which need a cache still work.
        lower.unshift(bind(tree.upper));
        upper = addMount('gatehouse', 'tmpfs', `mode=755,size=${tmpBytes}`);
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
      if (readOnly) mounts.push('mount', `throwaway ${upper} ${owner}`);
      return addMount('gatehouse', 'overlay', `userxattr,${layers}`);
    },
  };
}

/**
 * Escapes a path for a field of fstab: whatever would end the field, or is not read alike by every shell,
 * is written in octal.
 */
const escapeForFstab = (path: string): string =>
  path.replace(/[^!-~]|[\\#]/gu, character =>
    [...Buffer.from(character)].map(byte => `\\${byte.toString(8).padStart(3, '0')}`).join(''),
  );
