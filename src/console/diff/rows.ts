/** The rows of a change: files, the lines of those that are open, and what was found at them. */
import { parseDiff } from 'react-diff-view';
import type { components } from '../api/schema.d.ts';

export type ListedFile = components['schemas']['Diff']['files'][number];

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
    const body = isOpen(file) ? bodyOf(file, partOf) : [];
    const byLine = Map.groupBy(file.findings, ({ line }) => line);
    const atLines = body.flatMap(row => [row, ...foundAt(row, byLine)]);
    // Whatever stands at no line that is shown is told before all lines.
    const elsewhere = [...byLine.values()].flat().map(asRow);
    return [{ kind: 'file', file }, ...elsewhere, ...atLines];
  });
}

type Found = ListedFile['findings'][number];

function bodyOf(file: ListedFile, partOf: (file: number, part: number) => DiffRow[] | null) {
  if (file.binary) return [{ kind: 'note' as const, text: 'It is binary: nothing is shown.' }];
  if (file.parts === 0) return [{ kind: 'note' as const, text: 'No line of it differs.' }];
  return Array.from(
    { length: file.parts },
    (_, part): DiffRow[] => partOf(file.file, part) ?? [{ kind: 'part', file: file.file, part }],
  ).flat();
}

/** Takes what it tells out of `byLine`: each finding is told once. */
function foundAt(row: DiffRow, byLine: Map<number | null, Found[]>): DiffRow[] {
  const line = row.kind === 'line' ? row.after : null;
  const found = line === null ? undefined : byLine.get(line);
  if (line === null || found === undefined) return [];
  byLine.delete(line);
  return found.map(asRow);
}

const asRow = ({ reason }: Found): DiffRow => ({ kind: 'finding', text: reason });

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
