/** Finds what is wrong with the names of a change as a whole: secrets in them, and names that read alike. */
import type { Change } from '../core/change.ts';
import { type Finding, finding } from '../core/finding.ts';
import { isTakenForAnother } from './hidden-text.ts';
import { findSecrets } from './secrets.ts';

export function inspectNames({ entries, alike = [] }: Change): Finding[] {
  const added = entries.filter(({ status }) => status === 'added' || status === 'renamed');
  return [
    ...added.flatMap(({ path, from }) => secretIn(path, from ?? '')),
    ...added.flatMap(({ path }) =>
      isTakenForAnother(path)
        ? finding(
            'homoglyph',
            path,
            'Its name has letters of another script that look like Latin ones.',
          )
        : [],
    ),
    ...alike.map(({ path, other }) =>
      finding(
        'odd-path',
        path,
        `It reads like ${JSON.stringify(other.slice(0, 150))}: some systems can hold only one of the two, or take one for the other.`,
      ),
    ),
  ];
}

/** The finding names the path without its secret. */
function secretIn(path: string, from: string): Finding[] {
  const known = new Set(findSecrets(from).map(({ start, end }) => from.slice(start, end)));
  const [found] = findSecrets(path).filter(
    ({ start, end, possible }) => !possible && !known.has(path.slice(start, end)),
  );
  if (!found) return [];
  const shown = `${path.slice(0, found.start)}[redacted: ${found.kind}]${path.slice(found.end)}`;
  const reason = `Its name holds what looks like a secret (${found.kind}).`;
  return [finding('secret', shown, reason)];
}
