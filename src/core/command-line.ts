/**
 * The commands that configurations name, as argv: a line of plain words, which no shell sees. A line
 * for a shell, as agents write it, is read in `shell/`.
 */

export type ParsedCommandLine = { ok: true; argv: string[] } | { ok: false; problem: string };

/** Characters that only a shell gives a meaning. In double quotes only those of `EXPANDS` have it. */
const EXPANDS = /[$`]/;
const OPERATORS = /[;&|<>(){}*?[\]~#!\n\r]/;

/** Splits the line at blanks, and reads quotes and backslashes as a shell does. @foreign */
export function parseCommandLine(line: string): ParsedCommandLine {
  const argv: string[] = [];
  let word: string | null = null;
  for (let at = 0; at < line.length; at++) {
    const c = line.charAt(at);
    if (c === ' ' || c === '\t') {
      if (word !== null) argv.push(word);
      word = null;
    } else if (c === "'" || c === '"') {
      const quoted = readQuoted(line, at);
      if (!quoted.ok) return quoted;
      word = (word ?? '') + quoted.text;
      at = quoted.end;
    } else if (c === '\\' && at + 1 < line.length && line.charAt(at + 1) !== '\n')
      word = (word ?? '') + line.charAt(++at);
    else if (EXPANDS.test(c) || OPERATORS.test(c) || c === '\\') return syntax(c);
    else word = (word ?? '') + c;
  }
  if (word !== null) argv.push(word);
  if (argv.length === 0) return { ok: false, problem: 'The command is empty.' };
  if (/^\w+=/.test(argv[0] ?? ''))
    return { ok: false, problem: 'A variable before a command is shell syntax: leave it out.' };
  return { ok: true, argv };
}

function readQuoted(
  line: string,
  start: number,
): { ok: true; text: string; end: number } | { ok: false; problem: string } {
  const quote = line.charAt(start);
  let text = '';
  for (let at = start + 1; at < line.length; at++) {
    const c = line.charAt(at);
    if (c === quote) return { ok: true, text, end: at };
    if (quote === '"' && EXPANDS.test(c)) return syntax(c);
    if (quote === '"' && c === '\\' && '"\\$`'.includes(line.charAt(at + 1)))
      text += line.charAt(++at);
    else text += c;
  }
  return { ok: false, problem: `The quote ${quote} is not closed.` };
}

const syntax = (found: string): { ok: false; problem: string } => ({
  ok: false,
  problem: `${JSON.stringify(found)} is shell syntax: run one program at a time, with its arguments as plain words.`,
});

/** A command as a person would type it. */
export const commandText = (argv: readonly string[]): string =>
  argv
    .map(word => (/^[\w@%+=:,./*~-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`))
    .join(' ');
