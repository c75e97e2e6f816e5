/** Each table leaves room for what else a surface says. */
const MOST_BYTES = 18_000;

/**
 * A Markdown table, with the last of its rows where there is no room for all. A pipe ends a cell even
 * inside code, so each is escaped here.
 */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map(cellText).join(' | ')} |`;
  const lines: string[] = [];
  let room = MOST_BYTES;
  for (const row of rows.toReversed()) {
    const text = line(row);
    room -= Buffer.byteLength(text) + 1;
    if (room < 0) break;
    lines.unshift(text);
  }
  const left = rows.length - lines.length;
  const note = left > 0 ? [line([`${left} rows before`, ...head.slice(1).map(() => '')])] : [];
  return [line(head), line(head.map(() => '---')), ...note, ...lines].join('\n');
}

/** A backslash before a pipe would escape the escape: a broken bar stands for that pipe. */
const cellText = (cell: string): string =>
  cell.replace(/(\\?)\|/g, (_, escaped) => (escaped ? '\\¦' : '\\|'));
