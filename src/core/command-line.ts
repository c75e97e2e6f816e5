/**
 * A command line is split into argv. Agents often have only a line for a shell; it is never given to a
 * shell of ours. A line that a shell would expand is refused, because what it runs can't be known
 * before it runs.
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

const SHELLS = new Set(['sh', 'bash', 'dash', 'zsh', 'ash', 'ksh']);
/** Folders of the system's own programs: `/usr/bin/git` is `git`. */
const SYSTEM = /^\/(?:usr\/(?:local\/)?)?s?bin\/(?=[^/]+$)/;
const DEEPEST = 4;

/**
 * The command that an argv runs in the end: without the system's folder, without `env`, and without a
 * shell that is given one plain command (`bash -lc 'npm test'` is `npm test`). A shell that is given
 * more than that is refused, as its line would be.
 */
export function plainCommand(argv: readonly string[], depth = 0): ParsedCommandLine {
  const [first = '', ...rest] = argv;
  if (first === '') return { ok: false, problem: 'The command is empty.' };
  if (depth > DEEPEST)
    return { ok: false, problem: 'Shells within shells: run the program itself.' };
  const program = first.replace(SYSTEM, '');
  if (program === 'env') {
    const at = rest.findIndex(word => !/^\w+=/.test(word));
    const inner = at === -1 ? [] : rest.slice(at);
    if (inner[0]?.startsWith('-'))
      return { ok: false, problem: '`env` with options hides what runs: run the program itself.' };
    return inner.length === 0
      ? { ok: true, argv: [program, ...rest] }
      : plainCommand(inner, depth + 1);
  }
  if (!SHELLS.has(program)) return { ok: true, argv: [program, ...rest] };
  const flag = rest.findIndex(word => /^-[a-z]+$/.test(word) && word.includes('c'));
  if (flag === -1) return { ok: true, argv: [program, ...rest] };
  const line = parseCommandLine(rest[flag + 1] ?? '');
  return line.ok ? plainCommand(line.argv, depth + 1) : line;
}

/** A command as a person would type it. */
export const commandText = (argv: readonly string[]): string =>
  argv
    .map(word => (/^[\w@%+=:,./*~-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`))
    .join(' ');
