/** The lines that a change adds to a file, so that a change is not blamed for older lines. */
import type { TreeEntry } from '../core/change.ts';

export type AddedLine = { number: number; text: string };

/** @foreign */
export function addedLines({ text }: Pick<TreeEntry, 'text'>): AddedLine[] {
  const before = new Set((text.before ?? '').split('\n'));
  return (text.after ?? '')
    .split('\n')
    .map((line, at) => ({ number: at + 1, text: line }))
    .filter(line => !before.has(line.text));
}
