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
  const [raw, numstat, patches] = await Promise.all([
    git(directory, ['diff-tree', '-r', '-M', '-z', '--raw', '--no-abbrev', from, to]),
    git(directory, ['diff-tree', '-r', '-M', '-z', '--numstat', from, to]),
    git(directory, ['diff-tree', '-r', '-M', '-p', '--no-color', '--no-prefix', from, to]),
  ]);
  const counts = readNumstat(numstat);
  const bodies = patches.split(/^diff --git .*\n/m).slice(1);
  return readRaw(raw).map((entry, index) => {
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

function readRaw(raw: string): Pick<FileDiff, 'filename' | 'previous' | 'status' | 'sha'>[] {
  const tokens = raw.split('\0');
  const files = [];
  for (let i = 0; i + 1 < tokens.length; ) {
    const [, , from, to, letter] = (tokens[i++] ?? '').split(' ');
    const first = tokens[i++] ?? '';
    const renamed = letter?.startsWith('R');
    const filename = renamed ? (tokens[i++] ?? '') : first;
    const status = STATUS[letter?.[0] as keyof typeof STATUS] ?? 'modified';
    const sha = (status === 'removed' ? from : to) ?? '';
    files.push({ filename, previous: renamed ? first : null, status, sha });
  }
  return files;
}

function readNumstat(numstat: string): { additions: number; deletions: number }[] {
  const tokens = numstat.split('\0');
  const counts = [];
  for (let i = 0; i < tokens.length; i++) {
    const match = /^(\d+|-)\t(\d+|-)\t(.*)$/s.exec(tokens[i] ?? '');
    if (!match) continue;
    counts.push({ additions: Number(match[1]) || 0, deletions: Number(match[2]) || 0 });
    // A rename gives its two names as tokens of their own.
    if (match[3] === '') i += 2;
  }
  return counts;
}
