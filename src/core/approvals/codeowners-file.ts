/**
 * CODEOWNERS as GitHub reads it: patterns of gitignore without `!`, `[ ]` and `\\#`, each with its
 * owners. The last line that matches a path decides who owns it, and may say: nobody. A line with
 * invalid syntax is skipped, as GitHub skips it.
 */

export type OwnersLine = { pattern: string; owners: string[] };

/** GitHub does not load larger ones. */
export const LARGEST_CODEOWNERS = 3 * 1024 * 1024;

/** A login (of a managed user with `_` and a short code), a team, or an email address. */
const OWNER = /^(?:@[A-Za-z0-9_-]+(?:\/[A-Za-z0-9._-]+)?|[^@\s]+@[^@\s][^@\s.]*\.[^@\s]+)$/;

/** The lines that hold, and what is wrong with those that are skipped, each with its line number. @foreign */
export function parseCodeowners(text: string): { lines: OwnersLine[]; skipped: string[] } {
  const lines: OwnersLine[] = [];
  const skipped: string[] = [];
  // A byte order mark would make the first pattern one that matches nothing.
  const seen = text.replace(/^\uFEFF/, '');
  for (const [index, raw] of seen.split(/\r\n|\n|\r/).entries()) {
    const skip = (problem: string) => skipped.push(`line ${index + 1}: ${problem}`);
    const words = raw.trim().match(/(?:\\.|[^\s\\])+/g) ?? [];
    const comment = words.findIndex(word => word.startsWith('#'));
    const [pattern, ...owners] = comment === -1 ? words : words.slice(0, comment);
    if (pattern === undefined) continue;
    const stranger = owners.find(owner => !OWNER.test(owner));
    if (pattern.startsWith('!') || /[[\]]/.test(pattern) || pattern.startsWith('\\#'))
      skip(`${pattern} is no pattern that GitHub takes here`);
    else if (stranger !== undefined) skip(`${stranger} is no owner`);
    else lines.push({ pattern: pattern.replace(/\\(.)/g, '$1'), owners });
  }
  return { lines, skipped };
}

/** The owners of the path, any one of whom may approve for it. Empty where nobody owns it. */
export const ownersOf = (lines: readonly OwnersLine[], path: string): string[] =>
  lines.findLast(({ pattern }) => matches(pattern, path))?.owners ?? [];

/** Exported for its table. */
export function matches(pattern: string, path: string): boolean {
  const folder = pattern.endsWith('/');
  const named = pattern.replace(/^\//, '').replace(/\/$/, '');
  // With a slash that is not its last character, it is meant from the root on.
  const rooted = pattern.slice(0, -1).includes('/');
  const segments = [...(rooted ? [] : ['**']), ...named.split('/')];
  const parts = path.split('/');
  // `docs/*` is the files of that folder; any other pattern that is a folder is all below it.
  const below = segments.at(-1) !== '*' || !rooted;
  const shortest = folder || below ? 1 : parts.length;
  const longest = folder ? parts.length - 1 : parts.length;
  for (let length = longest; length >= shortest; length--)
    if (segmentsMatch(segments, parts.slice(0, length))) return true;
  return false;
}

/** `**` stands for any number of folders. No step is taken twice, so that no pattern is slow. */
function segmentsMatch(pattern: string[], path: string[]): boolean {
  let reached = new Set([0]);
  for (const segment of pattern) {
    const next = new Set<number>();
    for (const at of reached)
      if (segment === '**') for (let to = at; to <= path.length; to++) next.add(to);
      else if (at < path.length && segmentMatches(segment, path[at] ?? '')) next.add(at + 1);
    reached = next;
  }
  return reached.has(path.length);
}

/** `*` and `?` within one segment. */
function segmentMatches(pattern: string, text: string): boolean {
  let [p, t, star, from] = [0, 0, -1, 0];
  while (t < text.length) {
    if (pattern[p] === '*') [star, from, p] = [p, t, p + 1];
    else if (p < pattern.length && (pattern[p] === '?' || pattern[p] === text[t]))
      [p, t] = [p + 1, t + 1];
    else if (star >= 0) [p, from, t] = [star + 1, from + 1, from + 1];
    else return false;
  }
  while (pattern[p] === '*') p += 1;
  return p === pattern.length;
}
