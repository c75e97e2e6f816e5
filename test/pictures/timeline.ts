/**
 * Draws a demo as its terminal showed it: `script -qec 'npm run demo -- --exit' FILE`, then
 * `node src/boot.cjs test/pictures/timeline.ts FILE` writes `docs/timeline.svg`.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const LINE = 18;
const FONT = 13;
const COLUMN = 7.85;
const MARGIN = 20;
const COLOURS: Readonly<Record<string, string>> = {
  1: 'fill="#ffffff" font-weight="bold"',
  2: 'fill="#6e7681"',
  31: 'fill="#ff7b72"',
  32: 'fill="#7ee787"',
  33: 'fill="#f2cc60"',
};

const ESCAPE = '\u001b';
/** Splits a line into texts and, between them, the numbers of colours. */
const COLOUR = new RegExp(`${ESCAPE}\\[(\\d*)m`);
const TAKEN_AWAY = `${ESCAPE}[K`;

const [file = ''] = process.argv.slice(2);
const recorded = await readFile(file, 'utf8');
const lines = recorded
  .replaceAll('\r\n', '\n')
  .split('\n')
  // What was shown for a while only was taken away again.
  .map(line => line.split(TAKEN_AWAY).at(-1) ?? '')
  .map(line => line.replaceAll('\r', ''));
const from = lines.findIndex(line => plain(line).startsWith('1. '));
const to = lines.findLastIndex(line => plain(line).trim().startsWith('contract')) + 1;
const shown = lines.slice(from, to);
const width = Math.ceil(
  Math.max(...shown.map(line => [...plain(line)].length)) * COLUMN + 2 * MARGIN,
);
const height = shown.length * LINE + 2 * MARGIN;
const texts = shown
  .map(
    (line, index) => `<text x="${MARGIN}" y="${MARGIN + 12 + index * LINE}">${spans(line)}</text>`,
  )
  .filter(text => !text.endsWith('"></text>'));
const target = join(import.meta.dirname, '../../docs/timeline.svg');
await writeFile(
  target,
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="The demo's timeline in a terminal, from the label to the merge">
<rect width="100%" height="100%" rx="10" fill="#0d1117"/>
<g font-family="ui-monospace,SFMono-Regular,Menlo,Consolas,DejaVu Sans Mono,monospace" font-size="${FONT}" fill="#c9d1d9">
${texts.join('\n')}
</g>
</svg>
`,
);
process.stdout.write(`${target}: ${shown.length} lines\n`);

function plain(line: string): string {
  return line
    .split(COLOUR)
    .filter((_, at) => at % 2 === 0)
    .join('');
}

function spans(line: string): string {
  let open: string | undefined;
  return line
    .split(COLOUR)
    .map((part, at) => {
      if (at % 2 === 0)
        return open && part !== '' ? `<tspan ${open}>${escaped(part)}</tspan>` : escaped(part);
      open = COLOURS[part];
      return '';
    })
    .join('');
}

function escaped(text: string): string {
  const safe = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  // Browsers take one of several blanks, whatever the file asks for.
  return safe.replaceAll(' ', '\u00a0');
}
