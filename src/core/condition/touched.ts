/**
 * Which paths a path of a condition stands for: a file, or a folder with everything below it. `*` stands
 * for any characters of one name, `**` for any folders.
 */
import { z } from 'zod';

/** How many paths of a change one of a condition's paths stands for. */
export const Touched = z.enum(['none', 'some', 'all']);
export type Touched = z.infer<typeof Touched>;

/** @foreign */
export function touchedBy(
  paths: readonly string[],
  patterns: readonly string[],
): Record<string, Touched> {
  const all = paths.map(path => path.split('/'));
  return Object.fromEntries(
    patterns.map(pattern => {
      const names = [...pattern.split('/').filter(name => name !== '' && name !== '.'), '**'];
      const found = all.filter(path => standsFor(names, path)).length;
      return [pattern, found === 0 ? 'none' : found === all.length ? 'all' : 'some'];
    }),
  );
}

const standsFor = (names: readonly string[], path: readonly string[]): boolean =>
  matches(names, path, { star: '**', alike: nameMatches });

const nameMatches = (pattern: string, name: string): boolean =>
  pattern.includes('*')
    ? matches([...pattern], [...name], { star: '*', alike: (one, other) => one === other })
    : pattern === name;

/** A star takes as little as it can, and only the last one ever takes more: so no text makes it slow. */
function matches(
  pattern: readonly string[],
  text: readonly string[],
  { star, alike }: { star: string; alike: (one: string, other: string) => boolean },
): boolean {
  let at = 0;
  let lastStar = -1;
  let takenUpTo = 0;
  for (let read = 0; read < text.length; ) {
    const wanted = pattern[at];
    if (wanted === star) {
      lastStar = at++;
      takenUpTo = read;
    } else if (wanted !== undefined && alike(wanted, text[read] ?? '')) {
      at += 1;
      read += 1;
    } else if (lastStar >= 0) {
      at = lastStar + 1;
      read = ++takenUpTo;
    } else return false;
  }
  while (pattern[at] === star) at += 1;
  return at === pattern.length;
}
