/** A Markdown table. A pipe ends a cell even inside code, so each is escaped here. */
export const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows]
    .map(cells => `| ${cells.map(cellText).join(' | ')} |`)
    .join('\n');

/** A backslash before a pipe would escape the escape: a broken bar stands for that pipe. */
const cellText = (cell: string): string =>
  cell.replace(/(\\?)\|/g, (_, escaped) => (escaped ? '\\¦' : '\\|'));
