/** The rows of a change: files, the lines of those that are open, and what was found at them. */
import { parseDiff } from 'react-diff-view';
import type { ListedFile } from './queries.ts';

export type DiffRow =
  | { kind: 'file'; file: ListedFile }
  | { kind: 'note'; text: string }
  | { kind: 'finding'; text: string }
  | { kind: 'hunk'; text: string }
  | { kind: 'line'; type: LineType; before: number | null; after: number | null; text: string }
  /** Lines that are not there yet: they are asked for once they are seen. */
  | { kind: 'part'; file: number; part: number };
type LineType = 'insert' | 'delete' | 'normal';

/** `partOf`: the rows of a part; null where it is not there yet. */
export function rowsOf(
  files: readonly ListedFile[],
  isOpen: (file: ListedFile) => boolean,
  partOf: (file: number, part: number) => DiffRow[] | null,
): DiffRow[] {
  return files.flatMap(file => {
    const head: DiffRow[] = [{ kind: 'file', file }];
    for (const { line, reason } of file.findings)
      if (line === null || !isOpen(file)) head.push({ kind: 'finding', text: reason });
    if (!isOpen(file)) return head;
    if (file.binary) return [...head, { kind: 'note', text: 'It is binary: nothing is shown.' }];
    if (file.parts === 0) return [...head, { kind: 'note', text: 'No line of it differs.' }];
    const parts = Array.from({ length: file.parts }, (_, part): DiffRow[] => {
      const rows = partOf(file.file, part);
      return rows ? withFindings(rows, file) : [{ kind: 'part', file: file.file, part }];
    });
    return [...head, ...parts.flat()];
  });
}

/** The rows of one part, as the server sent it. */
export function partRows(diff: string): DiffRow[] {
  return parseDiff(diff).flatMap(({ hunks }) =>
    hunks.flatMap(hunk => [
      { kind: 'hunk' as const, text: hunk.content },
      ...hunk.changes.map(change => ({
        kind: 'line' as const,
        type: change.type,
        before:
          change.type === 'normal'
            ? change.oldLineNumber
            : change.type === 'delete'
              ? change.lineNumber
              : null,
        after:
          change.type === 'normal'
            ? change.newLineNumber
            : change.type === 'insert'
              ? change.lineNumber
              : null,
        text: change.content,
      })),
    ]),
  );
}

function withFindings(rows: DiffRow[], { findings }: ListedFile): DiffRow[] {
  const at = new Map(
    findings.flatMap(({ line, reason }) => (line === null ? [] : [[line, reason]])),
  );
  if (at.size === 0) return rows;
  return rows.flatMap(row => {
    const text = row.kind === 'line' && row.after !== null ? at.get(row.after) : undefined;
    return text === undefined ? [row] : [row, { kind: 'finding' as const, text }];
  });
}
