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

/**
 * Tells the owners of a path, any one of whom may approve for it; nobody where none owns it. Large
 * repositories have thousands of lines, and each is held to every path of a change.
 */
export function ownersBy(lines: readonly OwnersLine[]): (path: string) => string[] {
  const read = lines.map(({ pattern, owners }) => ({ pattern: readPattern(pattern), owners }));
  return path => {
    const parts = path.split('/');
    return read.findLast(({ pattern }) => matchesParts(pattern, parts))?.owners ?? [];
  };
}

/** Exported for its table. */
export const matches = (pattern: string, path: string): boolean =>
  matchesParts(readPattern(pattern), path.split('/'));

/** `folder`: it is no file itself. `below`: what is in a folder that it matches is matched as well. */
type OwnersPattern = { segments: string[]; folder: boolean; below: boolean };

function readPattern(pattern: string): OwnersPattern {
  const named = pattern.replace(/^\//, '').replace(/\/$/, '');
  // With a slash that is not its last character, it is meant from the root on.
  const rooted = pattern.slice(0, -1).includes('/');
  const segments = [...(rooted ? [] : ['**']), ...named.split('/')];
  return {
    segments: segments.filter((segment, at) => segment !== '**' || segments[at - 1] !== '**'),
    folder: pattern.endsWith('/'),
    // `docs/*` is the files of that folder; any other pattern that is a folder is all below it.
    below: segments.at(-1) !== '*' || !rooted,
  };
}

/** Goes through the path once, and keeps how far the pattern may have got: `**` is any number of folders. */
function matchesParts({ segments, folder, below }: OwnersPattern, parts: string[]): boolean {
  const shortest = folder || below ? 1 : parts.length;
  const longest = folder ? parts.length - 1 : parts.length;
  let reached: number[] = [];
  let next: number[] = [];
  // Steps come in their order, so one that is not further than the last is there already.
  const reach = (steps: number[], step: number) => {
    if (step <= (steps.at(-1) ?? -1)) return;
    steps.push(step);
    if (segments[step] === '**') steps.push(step + 1);
  };
  reach(reached, 0);
  for (let at = 0; at < longest && reached.length > 0; at++) {
    next.length = 0;
    for (const step of reached) {
      const segment = segments[step];
      if (segment === '**') reach(next, step);
      else if (segment !== undefined && segmentMatches(segment, parts[at] ?? ''))
        reach(next, step + 1);
    }
    [reached, next] = [next, reached];
    if (at + 1 >= shortest && reached.at(-1) === segments.length) return true;
  }
  return false;
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
