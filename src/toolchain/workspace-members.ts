/** Which folders are members of a workspace, as package.json says. */
import { z } from 'zod';
import { nameMatches } from '../core/paths/file-name.ts';

const Patterns = z.array(z.string());
/** Yarn 1 takes them as an object too. */
export const MemberPatterns = z.union([
  Patterns,
  z.looseObject({ packages: Patterns }).transform(({ packages }) => packages),
]);

const MOST_PATTERNS = 100;

/** Whether the patterns mean the folder; without any (pnpm has a file of its own) each may be one. */
export function isMember(folder: string, patterns: readonly string[]): boolean {
  const read = patterns.slice(0, MOST_PATTERNS);
  const left = read.flatMap(pattern => (pattern.startsWith('!') ? [pattern.slice(1)] : []));
  const taken = read.filter(pattern => !pattern.startsWith('!'));
  return (
    (taken.length === 0 || taken.some(pattern => means(pattern, folder))) &&
    !left.some(pattern => means(pattern, folder))
  );
}

/** `*` is a folder's name or a part of it, `**` any folders; what follows those is not looked at. */
function means(pattern: string, folder: string): boolean {
  const parts = folder.split('/');
  const wanted = pattern.replace(/^\.\//, '').replace(/\/$/, '').split('/');
  const any = wanted.indexOf('**');
  const before = any < 0 ? wanted : wanted.slice(0, any);
  return (
    (any < 0 ? parts.length === wanted.length : parts.length >= before.length) &&
    before.every((part, at) => nameMatches(parts[at] ?? '', [part]))
  );
}
