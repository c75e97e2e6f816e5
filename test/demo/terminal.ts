/** What the demo prints: lines that wrap at words, in colour where a terminal shows it. */
import { stripVTControlCharacters } from 'node:util';

export type Terminal = {
  /** Columns; `null`: lines are not wrapped. */
  width: number | null;
  colour: boolean;
};

/** https://no-color.org: any value that is not empty switches colours off. */
export const terminalOf = (
  stream: { isTTY?: boolean; columns?: number },
  env: Record<string, string | undefined>,
): Terminal => ({
  width: stream.isTTY ? (stream.columns ?? 80) : null,
  colour: Boolean(stream.isTTY) && !env.NO_COLOR && env.TERM !== 'dumb',
});

const terminal = terminalOf(process.stdout, process.env);

type Paint = (text: string) => string;
const paint =
  (code: number): Paint =>
  text =>
    terminal.colour && text !== '' ? `\x1b[${code}m${text}\x1b[0m` : text;

export const bold = paint(1);
export const dim = paint(2);
export const red = paint(31);
export const green = paint(32);
export const yellow = paint(33);

/** Below this, wrapping would leave one word a line. */
const NARROWEST = 20;

/** The text on lines no wider than the terminal; all but the first begin below the end of `before`. */
export function wrapped(before: string, text: string, width: number | null): string {
  const indent = columns(before);
  if (width === null || width - indent < NARROWEST) return `${before}${text}`;
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && indent + columns(line) + 1 + columns(word) > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return before + [...lines, line].join(`\n${' '.repeat(indent)}`);
}

const WIDE = /\p{Emoji_Presentation}/gu;
/** Columns that a text takes: an emoji takes two, a colour none. */
const columns = (text: string): number => {
  const plain = stripVTControlCharacters(text);
  return [...plain].length + (plain.match(WIDE)?.length ?? 0);
};

/** A line that is shown until the next one is printed; only where it can be taken away again. */
let passing = false;
export function showPassing(text: string): void {
  if (terminal.width === null || !terminal.colour) return;
  const most = terminal.width - 1;
  process.stdout.write(`\r\x1b[K${dim([...text].slice(0, most).join(''))}`);
  passing = true;
}

export function print(before: string, text: string): void {
  if (passing) process.stdout.write('\r\x1b[K');
  passing = false;
  process.stdout.write(`${wrapped(before, text, terminal.width)}\n`);
}
