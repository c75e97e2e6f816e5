/** Where commands print, and how: text for people, JSON for programs. */

import { STEERING } from '../core/text/plain-text.ts';

export type Output = {
  out: (text: string) => void;
  err: (text: string) => void;
  exit: (code: number) => void;
};

export const terminal: Output = {
  out: text => void process.stdout.write(text),
  err: text => void process.stderr.write(safeText(text)),
  exit: code => {
    process.exitCode = code;
  },
};

/** One JSON document, or lines of text. */
export function print(output: Output, json: boolean, value: unknown, lines: string[]): void {
  if (json) output.out(`${safeJson(JSON.stringify(value, null, 2))}\n`);
  else output.out(safeText(lines.map(line => `${line}\n`).join('')));
}

/** Text that steers no terminal, whoever wrote parts of it: its lines and tabs alone stay. @foreign */
export const safeText = (text: string): string =>
  text.replaceAll(STEERING, found => found.replaceAll(/[^\n\t]/g, ' '));

/** JSON text that steers no terminal, whoever wrote it. */
export const safeJson = (json: string): string => json.replaceAll(STEERING, escaped);

/** The same to whoever parses the JSON, and visible to whoever reads it; its line ends are ours. */
const escaped = (text: string): string =>
  text.replaceAll(/[^\n]/g, unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** Columns as wide as their widest cell. */
export function table(rows: string[][]): string[] {
  const widths = (rows[0] ?? []).map((_, column) =>
    rows.reduce((width, row) => Math.max(width, row[column]?.length ?? 0), 0),
  );
  return rows.map(row =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}
