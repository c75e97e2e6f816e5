/** The cases: every spelling of every protected path, with each kind of change. */
import type { TreeEntry } from '../../../src/core/change.ts';
import type { FindingKind } from '../../../src/core/finding.ts';
import { foldPath } from '../../../src/core/paths/fold-path.ts';
import { entry } from '../../patch/change.ts';
import { ALONE, DISGUISES, PROTECTED } from './spellings.ts';

export type PathCase = {
  name: string;
  entry: TreeEntry;
  /** The finding that must decide. */
  kind: FindingKind;
};

export function pathCases(random: () => number): PathCase[] {
  const spelled = Object.entries(PROTECTED).flatMap(([path, kind]) =>
    DISGUISES.map(({ name, of }) => ({ name: `${path}, ${name}`, path: of(path, random), kind })),
  );
  const alone = ALONE.map(([path, kind]) => ({ name: path, path, kind }));
  return [
    ...[...spelled, ...alone].map(({ name, path, kind }) => ({
      name,
      entry: entry(path, { after: 'x' }),
      kind,
    })),
    ...Object.entries(PROTECTED).flatMap(([path, kind]) => touched(path, kind)),
    ...links(random),
  ];
}

/** Changes of a protected path other than writing it. */
function touched(path: string, kind: FindingKind): PathCase[] {
  const moved = { before: 'x', after: 'x' };
  const program = { before: '100644', after: '100755' } as const;
  const all: [string, TreeEntry][] = [
    ['renamed into place', entry(path, { ...moved, from: 'notes.txt' })],
    ['made a program', entry(path, { ...moved, mode: program })],
  ];
  // Git's own folder can't be in an existing tree, so removing or renaming it need not be tried.
  if (kind !== 'git-path') {
    all.push(['renamed away', entry('notes.txt', { ...moved, from: path })]);
    all.push(['deleted', entry(path, { before: 'x' })]);
    all.push(['renamed to another case', entry(path.toUpperCase(), { ...moved, from: path })]);
  }
  return all.map(([how, changed]) => ({ name: `${path}, ${how}`, entry: changed, kind }));
}

/** Links and submodules, in any folder. */
function links(random: () => number): PathCase[] {
  const from = { added: '000000', 'made of a file': '100644' } as const;
  return [
    'docs/readme',
    '.github/workflows',
    'src/a.ts',
    `x${Math.floor(random() * 1000)}`,
  ].flatMap(path =>
    Object.entries(from).flatMap(([how, before]) => {
      const edit = { before: before === '000000' ? null : 'x', after: '/proc/self/environ' };
      return [
        {
          name: `${path}, a symbolic link ${how}`,
          entry: entry(path, { ...edit, mode: { before, after: '120000' } }),
          kind: 'symlink' as const,
        },
        {
          name: `${path}, a submodule ${how}`,
          entry: entry(path, { ...edit, mode: { before, after: '160000' } }),
          kind: 'submodule' as const,
        },
      ];
    }),
  );
}

/** Paths that look like protected ones but are not. */
export const PLAIN = [
  'src/git/config.ts',
  '.gitignore',
  '.github/CONTRIBUTING.md',
  'docs/workflows/ci.yml',
  'src/github/workflows.ts',
  'src/npmrc.ts',
  'src/gitattributes.ts',
  'a.git/config',
  'docs/agents-and-people.md',
  'src/codeowners.ts',
  'src/ünïcode/größe.ts',
  'docs/日本語.md',
].filter(path => foldPath(path) !== '');
