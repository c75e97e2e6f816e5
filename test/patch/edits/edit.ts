/** Edits of test files, as replacements of text. */
import type { TreeEntry } from '../../../src/core/change.ts';
import { entry } from '../change.ts';

/** A name, and replacements `from` → `to`, where `from` occurs exactly once. */
export type Edit = [name: string, ...replacements: [from: string, to: string][]];

export type Edits = { path: string; base: string; weakened: Edit[]; honest: Edit[] };

export function edited({ path, base }: Edits, [name, ...replacements]: Edit): TreeEntry {
  let after = base;
  for (const [from, to] of replacements) {
    if (after.split(from).length !== 2)
      throw new Error(`${path}, ${name}: ${JSON.stringify(from)} must occur exactly once`);
    after = after.replace(from, () => to);
  }
  return entry(path, { before: base, after });
}
