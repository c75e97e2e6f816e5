/** An edit of a test file: its name, and the replacements that make it. */
import type { TreeEntry } from '../../../src/core/change.ts';
import { entry } from '../change.ts';

/** `from` → `to`, each found exactly once; `path` where the file moves. */
export type Edit = [name: string, ...replacements: [from: string, to: string][]];

export type Edits = { path: string; base: string; weakened: Edit[]; honest: Edit[] };

export function edited({ path, base }: Edits, [name, ...replacements]: Edit): TreeEntry {
  let after = base;
  for (const [from, to] of replacements) {
    if (after.split(from).length !== 2)
      throw new Error(`${path}, ${name}: ${JSON.stringify(from)} stands there not once`);
    after = after.replace(from, () => to);
  }
  return entry(path, { before: base, after });
}
