/** Where commands print, and how: text for people, JSON for programs. */

export type Output = {
  out: (text: string) => void;
  err: (text: string) => void;
  exit: (code: number) => void;
};

export const terminal: Output = {
  out: text => void process.stdout.write(text),
  err: text => void process.stderr.write(text),
  exit: code => {
    process.exitCode = code;
  },
};

/** One JSON document, or lines of text. */
export function print(output: Output, json: boolean, value: unknown, lines: string[]): void {
  if (json) output.out(`${safeJson(JSON.stringify(value, null, 2))}\n`);
  else output.out(lines.map(line => `${line}\n`).join(''));
}

/** What steers a terminal or hides text in it. */
const STEERING = /[\p{Cc}\p{Cf}\u2028\u2029]+/gu;

/** JSON text that steers no terminal, whoever wrote it. */
export const safeJson = (json: string): string => json.replaceAll(STEERING, escaped);

/** The same to whoever parses the JSON, and visible to whoever reads it; its line ends are ours. */
const escaped = (text: string): string =>
  text.replaceAll(/[^\n]/g, unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** A line of a text from outside, with its indentation. */
export const visible = (line: string): string => line.replaceAll(STEERING, ' ').trimEnd();

/** Text from outside on one line of a terminal, cut where it is longer than `most`. */
export function plain(text: string, most = 120): string {
  const shown = [...text.replaceAll(STEERING, ' ').trim()];
  return shown.length > most ? `${shown.slice(0, most - 1).join('')}…` : shown.join('');
}

/** Columns as wide as their widest cell. */
export function table(rows: string[][]): string[] {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map(row => (row[column] ?? '').length)),
  );
  return rows.map(row =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}
