import { git } from './command.ts';
import { remember } from './memory.ts';

export interface FileDiff {
  readonly filename: string;
  readonly previous: string | null;
  readonly status: 'added' | 'removed' | 'modified' | 'renamed';
  readonly sha: string;
  readonly additions: number;
  readonly deletions: number;
  /** Absent for binary files. */
  readonly patch: string | undefined;
}

const STATUS = { A: 'added', D: 'removed', R: 'renamed' } as const;

const diffs = new Map<string, Promise<FileDiff[]>>();

/** What changed from one tree to the other, file by file. */
export function diffFiles(directory: string, from: string, to: string): Promise<FileDiff[]> {
  return remember(diffs, `${directory} ${from} ${to}`, () => readDiff(directory, from, to));
}

async function readDiff(directory: string, from: string, to: string): Promise<FileDiff[]> {
  const [listed, patches] = await Promise.all([
    git(directory, ['diff-tree', '-r', '-M', '-z', '--raw', '--numstat', '--no-abbrev', from, to]),
    git(directory, ['diff-tree', '-r', '-M', '-p', '--no-color', '--no-prefix', from, to]),
  ]);
  const { entries, counts } = readListed(listed);
  const bodies = patches.split(/^diff --git .*\n/m).slice(1);
  return entries.map((entry, index) => {
    const count = counts[index];
    const body = bodies[index] ?? '';
    const start = body.search(/^@@/m);
    return {
      ...entry,
      additions: count?.additions ?? 0,
      deletions: count?.deletions ?? 0,
      patch: start < 0 ? undefined : body.slice(start).replace(/\n$/, ''),
    };
  });
}

type Entry = Pick<FileDiff, 'filename' | 'previous' | 'status' | 'sha'>;
type Count = Pick<FileDiff, 'additions' | 'deletions'>;

/** All lines of `--raw` come first, then those of `--numstat` in the same order. */
function readListed(listed: string): { entries: Entry[]; counts: Count[] } {
  const tokens = listed.split('\0');
  let at = 0;
  const next = () => tokens[at++] ?? '';
  const entries: Entry[] = [];
  while (tokens[at]?.startsWith(':')) {
    const [, , from = '', to = '', letter = ''] = next().split(' ');
    const first = next();
    const renamed = letter.startsWith('R');
    const status = STATUS[letter[0] as keyof typeof STATUS] ?? 'modified';
    entries.push({
      filename: renamed ? next() : first,
      previous: renamed ? first : null,
      status,
      sha: status === 'removed' ? from : to,
    });
  }
  const counts = entries.map(({ previous }) => {
    const [additions, deletions] = next().split('\t');
    // A rename gives its two names as tokens of their own.
    if (previous !== null) at += 2;
    return { additions: Number(additions) || 0, deletions: Number(deletions) || 0 };
  });
  return { entries, counts };
}
