/** Builds changes for tests, which name only the fields that they are about. */
import { createHash } from 'node:crypto';
import type { Change, TreeEntry } from '../../src/core/change.ts';
import type { FindingKind } from '../../src/core/finding.ts';
import { inspectChange } from '../../src/patch/inspect-change.ts';

type Edit = { before?: string | null; after?: string | null } & Partial<
  Pick<TreeEntry, 'from' | 'mode' | 'size' | 'lines' | 'binary'>
>;

const bytes = (text: string | null): number => new TextEncoder().encode(text ?? '').length;
const linesOf = (text: string | null): number => (text ? text.split('\n').length : 0);

/** A file that is added (`after`), changed (both) or deleted (`before`). */
export function entry(path: string, edit: Edit = {}): TreeEntry {
  const { before = null, after = null, from = null, binary = false } = edit;
  const gone = after === null && before !== null;
  const text = { before: binary ? null : before, after: binary ? null : after };
  return {
    path,
    from,
    status: from ? 'renamed' : gone ? 'deleted' : before === null ? 'added' : 'modified',
    mode: { before: before === null ? '000000' : '100644', after: gone ? '000000' : '100644' },
    blob: {
      before: before === null ? null : `b:${before}`,
      after: gone ? null : `b:${after ?? 'some'}`,
    },
    size: { before: bytes(before), after: bytes(after) },
    lines: { added: linesOf(after), removed: linesOf(before) },
    binary,
    ...edit,
    text: edit.binary
      ? { before: null, after: null }
      : { ...text, after: gone ? null : (after ?? '') },
  };
}

/** A change; as in git, its tree's name differs with its entries. */
export const change = (...entries: TreeEntry[]): Change => ({
  parent: 'p'.repeat(40),
  tree: createHash('sha1').update(JSON.stringify(entries)).digest('hex'),
  entries,
});

export const kinds = (...entries: TreeEntry[]): FindingKind[] => [
  ...new Set(inspectChange(change(...entries)).map(({ kind }) => kind)),
];
