/** The lines that a change adds to a file, so that what stood there before is not held against it. */
import type { TreeEntry } from '../core/change.ts';

export type Line = { number: number; text: string };

export function addedLines({ text }: Pick<TreeEntry, 'text'>): Line[] {
  const before = new Set((text.before ?? '').split('\n'));
  return (text.after ?? '')
    .split('\n')
    .map((line, at) => ({ number: at + 1, text: line }))
    .filter(line => !before.has(line.text));
}
