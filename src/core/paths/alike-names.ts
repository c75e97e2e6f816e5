/** Finds names of which some file system can hold only one: they differ in case, in normal form or in width. */
import { foldPath } from './fold-path.ts';

export type Alike = { path: string; other: string };

/** At most this many are told. */
const MOST = 50;

/** Folders below so many are not looked at. */
export const DEEPEST = 100;

/** The names of a path's folders from the root on, and what is left of it. */
function* namesOf(path: string): Generator<string> {
  let from = 0;
  for (let depth = 0; depth < DEEPEST; depth++) {
    const at = path.indexOf('/', from);
    if (at < 0) break;
    yield path.slice(from, at);
    from = at + 1;
  }
  yield path.slice(from);
}

/** Full-width letters and ligatures are letters of their own to a file system, and not to a reader. */
const foldName = (name: string): string => foldPath(name.normalize('NFKC'));

/** A number for each name in each folder, which has one itself: a deep path is never spelled out. */
function numbering() {
  const numbers = new Map<string, number>();
  return (folder: number, name: string): number => {
    const key = `${folder}/${name}`;
    const number = numbers.get(key) ?? numbers.size + 1;
    numbers.set(key, number);
    return number;
  };
}

/** For each added path the first of all that reads like it, or whose folder reads like one of its folders. */
export function alikeNames(added: readonly string[], all: Iterable<string>): Alike[] {
  const [spellingOf, readingOf] = [numbering(), numbering()];
  /** How each spelling reads. */
  const readings = [0];
  function* spellingsIn(path: string) {
    let spelling = 0;
    for (const name of namesOf(path)) {
      let reading = readings[spelling] ?? 0;
      spelling = spellingOf(spelling, name);
      if (readings[spelling] === undefined) {
        for (const part of foldName(name).split('/'))
          if (part !== '') reading = readingOf(reading, part);
        readings[spelling] = reading;
      }
      yield { spelling, reading: readings[spelling] ?? 0 };
    }
  }
  const spelled = new Map<number, { spelling: number; path: string }>();
  for (const path of added)
    for (const { spelling, reading } of spellingsIn(path))
      if (!spelled.has(reading)) spelled.set(reading, { spelling, path });
  const found = new Map<string, Alike>();
  for (const other of all)
    for (const { spelling, reading } of spellingsIn(other)) {
      if (found.size >= MOST) return [...found.values()];
      const named = spelled.get(reading);
      if (named && named.spelling !== spelling && !found.has(named.path))
        found.set(named.path, { path: named.path, other });
    }
  return [...found.values()];
}
