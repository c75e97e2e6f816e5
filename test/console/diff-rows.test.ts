/** What was found in a file is told at its line, each finding once, and none is lost. */
import { expect, it } from 'vitest';
import { type DiffRow, type ListedFile, partRows, rowsOf } from '../../src/console/diff/rows.ts';

const PART = `diff --git a/sum.js b/sum.js
--- a/sum.js
+++ b/sum.js
@@ -1,2 +1,2 @@
 export function sum(a, b) {
-  return a - b;
+  return a + b;
`;
const found = (line: number | null, reason: string) => ({ kind: 'hidden-text', line, reason });
const FILE: ListedFile = {
  file: 0,
  path: 'sum.js',
  from: null,
  status: 'modified',
  binary: false,
  generated: false,
  added: 1,
  removed: 1,
  parts: 1,
  findings: [
    found(null, 'of the file'),
    found(2, 'one'),
    found(2, 'another at the same line'),
    found(90, 'at a line that is not shown'),
  ],
};

const told = (rows: readonly DiffRow[]) =>
  rows.map(row =>
    row.kind === 'line' ? `${row.type} ${row.after}` : 'text' in row ? row.text : row.kind,
  );
const rowsWith = (file: ListedFile, isOpen: boolean, part: DiffRow[] | null) =>
  told(
    rowsOf(
      [file],
      () => isOpen,
      () => part,
    ),
  );

const ALL = FILE.findings.map(({ reason }) => reason);

it('two findings at one line stand there both, and what stands at no line that is shown stands before', () => {
  expect(rowsWith(FILE, true, partRows(PART))).toEqual([
    'file',
    'of the file',
    'at a line that is not shown',
    '@@ -1,2 +1,2 @@',
    'normal 1',
    'delete null',
    'insert 2',
    'one',
    'another at the same line',
  ]);
});

it('every finding is told of a file that is closed, not read yet, binary or without lines', () => {
  expect(rowsWith(FILE, false, null)).toEqual(['file', ...ALL]);
  expect(rowsWith(FILE, true, null)).toEqual(['file', ...ALL, 'part']);
  const binary = { ...FILE, binary: true };
  expect(rowsWith(binary, true, null)).toEqual(['file', ...ALL, 'It is binary: nothing is shown.']);
  const same = { ...FILE, parts: 0 };
  expect(rowsWith(same, true, null)).toEqual(['file', ...ALL, 'No line of it differs.']);
});
