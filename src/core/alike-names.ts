/** Finds names of which some file system can hold only one: they differ in case, in normal form or in width. */
import { foldPath } from './fold-path.ts';

export type Alike = { path: string; other: string };

/** At most this many are told. */
const MOST = 50;

/** Folders below so many are not looked at. */
const DEEPEST = 100;

/** The folders of a path and itself, from the root on. */
function* prefixes(path: string): Generator<string> {
  let at = path.indexOf('/');
  for (let depth = 0; at >= 0 && depth < DEEPEST; depth++, at = path.indexOf('/', at + 1))
    yield path.slice(0, at);
  yield path;
}

/** Full-width letters and ligatures are letters of their own to a file system, and not to a reader. */
const foldName = (name: string): string => foldPath(name.normalize('NFKC'));

/** For each added path the first of all that reads like it, or whose folder reads like one of its folders. */
export function alikeNames(added: readonly string[], all: Iterable<string>): Alike[] {
  const spelled = new Map<string, { spelling: string; path: string }>();
  for (const path of added)
    for (const spelling of prefixes(path)) {
      const folded = foldName(spelling);
      if (!spelled.has(folded)) spelled.set(folded, { spelling, path });
    }
  const found = new Map<string, Alike>();
  const seen = new Set<string>();
  for (const other of all)
    for (const spelling of prefixes(other)) {
      if (found.size >= MOST) return [...found.values()];
      if (seen.has(spelling)) continue;
      seen.add(spelling);
      const named = spelled.get(foldName(spelling));
      if (named && named.spelling !== spelling && !found.has(named.path))
        found.set(named.path, { path: named.path, other });
    }
  return [...found.values()];
}
