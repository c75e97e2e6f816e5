/** Spellings that some system reads as a protected path, each made by a named transformation. */
import type { FindingKind } from '../../../src/core/finding.ts';

/** Paths that are always refused, and paths that a person decides about, with their finding. */
export const PROTECTED: Record<string, FindingKind> = {
  '.git/config': 'git-path',
  '.git/hooks/pre-commit': 'git-path',
  'vendor/.git/HEAD': 'git-path',
  '.github/workflows/ci.yml': 'runs-on-push',
  '.github/actions/build/action.yml': 'runs-on-push',
  '.husky/pre-push': 'runs-on-push',
  '.gitattributes': 'runs-on-push',
  '.github/gatehouse.cedar': 'policy',
  '.github/gatehouse.yml': 'policy',
  '.github/CODEOWNERS': 'codeowners',
  'AGENTS.md': 'agent-config',
  '.claude/settings.json': 'agent-config',
  '.npmrc': 'registry-config',
  'package-lock.json': 'lockfile',
  'requirements.txt': 'dependency-manifest',
  'go.mod': 'dependency-manifest',
  'Cargo.toml': 'dependency-manifest',
  'build.rs': 'install-script',
  'eslint.config.js': 'lint-config',
  'vitest.config.ts': 'test-weakened',
};

type Random = () => number;
type Disguise = { name: string; of(path: string, random: Random): string };

const segments = (path: string, change: (segment: string, at: number) => string): string =>
  path.split('/').map(change).join('/');
/** Inserts a character inside a segment, never at its end. */
const put = (segment: string, character: string, random: Random): string => {
  const at = 1 + Math.floor(random() * Math.max(1, segment.length - 1));
  return segment.slice(0, at) + character + segment.slice(at);
};
const pick = <T>(all: readonly T[], random: Random): T =>
  all[Math.floor(random() * all.length)] as T;

/** Characters that are invisible or ignored by a file system, as HFS+ does in `.git` (CVE-2014-9390). */
const UNSEEN = [
  '\u200b',
  '\u200c',
  '\u200d',
  '\u2060',
  '\ufeff',
  '\u00ad',
  '\u202e',
  '\u2066',
  '\u{e0061}',
  '\ufe0f',
  '\u180e',
  '\u206a',
];

export const DISGUISES: Disguise[] = [
  { name: 'as it is', of: path => path },
  { name: 'upper case', of: path => path.toUpperCase() },
  {
    name: 'mixed case',
    of: (path, random) => [...path].map(c => (random() < 0.5 ? c.toUpperCase() : c)).join(''),
  },
  { name: 'a long s, a Kelvin sign', of: path => path.replace('s', 'ſ').replace('k', '\u212a') },
  { name: 'decomposed', of: path => path.normalize('NFD') },
  {
    name: 'a character that is not shown',
    of: (path, random) => segments(path, s => put(s, pick(UNSEEN, random), random)),
  },
  { name: 'one at the start', of: (path, random) => pick(UNSEEN, random) + path },
  {
    name: 'one at the end of the first folder',
    of: (path, random) => segments(path, (s, at) => (at === 0 ? s + pick(UNSEEN, random) : s)),
  },
  { name: 'trailing dots', of: path => segments(path, s => `${s}.`) },
  { name: 'trailing spaces', of: path => segments(path, s => `${s} `) },
  { name: 'trailing dots and spaces', of: path => segments(path, s => `${s}. .`) },
  { name: 'backslashes', of: path => path.replaceAll('/', '\\') },
  { name: 'behind a backslash', of: path => `.\\${path}` },
  { name: 'a stream', of: path => segments(path, s => `${s}:x`) },
  {
    name: 'the stream that is the folder itself',
    of: path => segments(path, (s, at) => (at === 0 ? `${s}::$INDEX_ALLOCATION` : s)),
  },
  { name: 'the stream that is the file itself', of: path => `${path}::$DATA` },
  { name: 'doubled slashes', of: path => path.replaceAll('/', '//') },
  { name: 'a detour through the same folder', of: path => `./${path}` },
  {
    name: 'several at once',
    of: (path, random) =>
      segments(path.toUpperCase(), s => `${put(s, pick(UNSEEN, random), random)}. `),
  },
];

/** Names that each replace one protected path. */
export const ALONE: [string, FindingKind][] = [
  ['git~1/config', 'git-path'],
  ['GIT~1/hooks/post-checkout', 'git-path'],
  ['git~2/config', 'git-path'],
  ['sub/git~1/config', 'git-path'],
  ['.git\u200c/config', 'git-path'],
  ['GITHUB~1/workflows/ci.yml', 'runs-on-push'],
  ['github~1/CODEOWNERS', 'codeowners'],
  ['a/../.git/config', 'git-path'],
  ['../.git/config', 'git-path'],
  ['/.git/config', 'git-path'],
];
