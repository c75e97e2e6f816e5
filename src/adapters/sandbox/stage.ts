/**
 * What happens between us and bubblewrap, in a mount namespace of the run's own: the work tree's
 * overlay is mounted and every outside path is bound under a short name on a small tmpfs. So no
 * comma or colon of a host path reaches mount options, and, where we are root, folders that only
 * root may enter are reachable after root is given up. `/sys` carries the stage: every host has
 * it, none of our paths is below it, and the sandbox never shows it.
 */
import { dirname } from 'node:path';
import type { WorkTree } from '../../engine/ports/workspace.ts';

const STAGE = '/sys';

/** One step of the script below: a verb and its arguments. */
type Step = [verb: string, ...rest: string[]];

export type Stage = {
  steps: Step[];
  /** The staged name of an outside path. */
  bind(from: string): string;
  /** Mounts the work tree; returns where. */
  workTree(tree: WorkTree, readOnly: boolean, tmpBytes: number): string;
};

/** Control groups are joined first: the stage hides them. */
export const joining = (groups: string[]): string[] => groups.flatMap(group => ['join', group]);

/** The part of a work tree that the sandbox can write, on the host. */
export const written = (tree: WorkTree) => (tree.kind === 'folder' ? tree.path : tree.upper);

export const STAGE_SCRIPT = `set -eu
while [ "$1" != -- ]; do
  case $1 in
    join) echo $$ > "$2/cgroup.procs"; shift 2 ;;
    stage) mount -t tmpfs -o mode=755,size=1m gatehouse ${STAGE}; shift ;;
    bind)
      if [ -d "$2" ]; then mkdir "$3"; else : > "$3"; fi
      mount --rbind "$2" "$3"; shift 3 ;;
    throwaway)
      mkdir "$2"; mount -t tmpfs -o "mode=755,size=$3" gatehouse "$2"
      mkdir "$2/upper" "$2/work"; chown "$4" "$2/upper"; shift 4 ;;
    overlay) mkdir "$3"; mount -t overlay -o "$2" gatehouse "$3"; shift 3 ;;
  esac
done
shift
exec "$@"
`;

/** `owner`: the uid and gid that a throwaway upper layer gets, as seen inside the namespace. */
export function createStage(owner: string): Stage {
  const steps: Step[] = [['stage']];
  const place = () => `${STAGE}/${steps.length}`;
  const bind = (from: string) => {
    const to = place();
    steps.push(['bind', from, to]);
    return to;
  };
  return {
    steps,
    bind,
    workTree(tree, readOnly, tmpBytes) {
      if (tree.kind === 'folder') return bind(tree.path);
      const lower = tree.lower.map(bind);
      let upper: string;
      if (readOnly) {
        // What the process writes is gone with it; tools that need a cache still work.
        lower.unshift(bind(tree.upper));
        upper = place();
        steps.push(['throwaway', upper, String(tmpBytes), owner]);
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
      const to = place();
      const layers = `lowerdir=${lower.join(':')},upperdir=${upper}/upper,workdir=${upper}/work`;
      steps.push(['overlay', `userxattr,${layers}`, to]);
      return to;
    },
  };
}
