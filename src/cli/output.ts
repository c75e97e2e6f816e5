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

export function print(output: Output, json: boolean, value: unknown, lines: string[]): void {
  output.out(
    json ? `${JSON.stringify(value, null, 2)}\n` : lines.map(line => `${line}\n`).join(''),
  );
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
