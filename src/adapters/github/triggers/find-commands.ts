/**
 * The commands in a text: `/agent <word> [arguments]`, the first words of a line that is plain text.
 * What takes words takes all that follows it, up to the next command or the end of the text.
 */
import { takeBase } from '../../../core/commands/base-option.ts';
import { commandConflict } from '../../../core/commands/command-conflict.ts';
import { type CommandPlace, PLACES } from '../../../core/commands/command-spec.ts';
import {
  COMMANDS,
  CommandName,
  type GivenCommand,
  STOPS,
} from '../../../core/commands/commands.ts';
import { nearestCommand } from '../../../core/commands/nearest-command.ts';
import { withoutTrailing } from '../../../core/text/without-trailing.ts';
import type { MalformedCall } from '../../../core/trigger.ts';
import { openElements, withoutEnds } from './closing-tags.ts';
import { LONGEST_COMMENT, readMarkdown } from './markdown-text.ts';
import { beginsNearCommand, nearCommand, politely } from './near-command.ts';

type Problem = MalformedCall['answer'];
type Parsed = { command: GivenCommand } | { problem: Problem };

/** ASCII only, without the flag `u`: letters that only look alike never match. */
const COMMAND = /^\/agent(?: +([\x21-\x7e]+)(?: (.*))?)?$/is;

/** A word in letters of another script calls us as well, and is none of the commands. */
const OTHER_WORD = /^\/agent +([^ ]+) ?(.*)$/i;

/** Behind words such as "please" the command itself was meant. */
const unknown = (word: string, next: string): Problem => ({
  code: 'unknown_command',
  word: word.slice(0, 40),
  nearest: politely([word, ...next.split(/\s+/, 5)]) ?? nearestCommand(word),
});

/**
 * All commands of a text, where every one of them can be done; otherwise why none is. `null`: the text
 * is not for us.
 */
export type FoundCommands = { commands: GivenCommand[] } | { problem: Problem } | null;

/** Most texts are not for us, and need not be read as Markdown. @foreign */
export const mayCall = (body: string): boolean =>
  /agent|[/@]gatehouse/i.test(withoutInvisible(body).normalize('NFKC')) ||
  /\/[\p{L}]{4,6}/u.test(body);

/**
 * What is said of a text that takes too much time, or too much work, to read. Most of them are attacks,
 * which are not answered. @foreign
 */
export const unreadable = (body: string): FoundCommands =>
  BEGINS_LIKE_A_CALL.test(body) ? { problem: { code: 'unreadable' } } : null;

const BEGINS_LIKE_A_CALL = /^\/agent/im;

/** Some texts take it a while: what anybody may have written is read by `readCommands`. */
export function findCommands(body: string, place: CommandPlace): FoundCommands {
  // Offsets stay as they are: a byte order mark would shift them.
  const text = body.slice(0, LONGEST_COMMENT).replaceAll('\ufeff', '\u200b');
  const markdown = readMarkdown(text);
  if (markdown === null) return unreadable(text);
  const { lines, comments, code } = markdown;
  const seen = blank(text, comments);
  const outsideCode = blank(seen, code);
  const read = lines.map(line => ({
    ...line,
    seen: seen.slice(line.start, line.end),
    outsideCode: outsideCode.slice(line.start, line.end),
  }));
  const calls = read.flatMap(({ kind, start, end, seen: line }) => {
    const match = kind === 'plain' ? COMMAND.exec(plainBlanks(line)) : null;
    if (!match) return [];
    const word = withoutTrailing(match[1] ?? 'help', '.,:;!');
    return [{ start, end, word, onLine: match[2] ?? '' }];
  });
  if (calls.length === 0) return notFollowed(read);
  const openAt = openElements(outsideCode);
  const parsed = calls.map(({ start, end, word, onLine }, index) => {
    const from = start + afterWord(seen.slice(start, end));
    const rest = takesAll(word) ? seen.slice(from, calls[index + 1]?.start ?? seen.length) : onLine;
    return parseCommand(word, withoutEnds(rest.replace(EDGES, ''), openAt(start)), place);
  });
  const problem = parsed.find(one => 'problem' in one);
  if (problem) return problem;
  const commands = distinct(parsed.flatMap(one => ('command' in one ? [one.command] : [])));
  const doubt = commands.every(({ name }) => STOPS.has(name)) ? null : notHeard(read, calls);
  if (doubt) return doubt;
  const conflict = commandConflict(commands);
  return conflict === null
    ? { commands }
    : {
        problem: {
          code: 'conflicting_commands',
          commands: commands.map(({ name }) => name),
          reason: conflict,
        },
      };
}

type ReadLine = {
  kind: 'plain' | 'nested';
  start: number;
  end: number;
  /** Without HTML comments. */
  seen: string;
  /** Without what is shown as code, too. */
  outsideCode: string;
};

/** What to say of a text without a command. */
function notFollowed(lines: ReadLine[]): { problem: Problem } | null {
  for (const { seen, outsideCode, kind } of lines) {
    const meant = nearCommand(seen, outsideCode, kind);
    if (meant) return { problem: { code: 'near_command', meant } };
  }
  return lines.map(inOtherLetters).find(one => one !== null) ?? null;
}

/**
 * A line beside the commands that begins nearly like one: whoever wrote it may have meant it to stop what
 * the others do. Where all of them stop something, there is no such doubt. The text of a command may hold
 * lists and quotes that speak of commands.
 */
function notHeard(
  lines: ReadLine[],
  calls: { start: number; end: number; word: string }[],
): { problem: Problem } | null {
  const given = new Set(calls.map(({ word }) => word.toLowerCase()));
  let next = 0;
  for (const line of lines) {
    while ((calls[next]?.start ?? line.start + 1) <= line.start) next += 1;
    const call = calls[next - 1];
    if (call?.start === line.start) continue;
    const isText = call !== undefined && takesAll(call.word);
    if (isText && line.kind === 'nested') continue;
    const meant = beginsNearCommand(line.seen, line.outsideCode);
    if (meant && !given.has(meant)) return { problem: { code: 'near_command', meant } };
    const other = meant ? null : inOtherLetters(line);
    if (other) return other;
  }
  return null;
}

/** `/agent` with a word of another script. */
function inOtherLetters({ kind, seen }: ReadLine): { problem: Problem } | null {
  const [, word, next = ''] = kind === 'plain' ? (OTHER_WORD.exec(plainBlanks(seen)) ?? []) : [];
  return word === undefined ? null : { problem: unknown(word, next) };
}

/** One command by its word and what follows it, as the table allows it at this place. @foreign */
export function parseCommand(word: string, text: string, place: CommandPlace): Parsed {
  const name = CommandName.safeParse(word.toLowerCase());
  if (!name.success) return { problem: unknown(word, text) };
  const { places, arguments: takes, takesBase } = COMMANDS[name.data];
  const refuse = (problem: string): Parsed => ({
    problem: { code: 'invalid_arguments', command: name.data, problem },
  });
  if (!places.includes(place))
    return refuse(`it works on ${places.map(p => PLACES[p]).join(' and ')} only`);
  const given = text.replace(EDGES, '');
  const taken = takesBase ? takeBase(given) : { ok: true as const, text: given };
  if (!taken.ok) return refuse(taken.problem);
  const { base, text: rest } = taken;
  if (base !== undefined && place === 'pull')
    return refuse('a pull request has its base already; whoever may edit its title can change it');
  const checked = takes.safeParse(rest);
  if (!checked.success) return refuse(checked.error.issues.map(issue => issue.message).join('; '));
  return { command: { name: name.data, text: checked.data, ...(base && { base }) } };
}

const takesAll = (word: string): boolean => {
  const name = CommandName.safeParse(word.toLowerCase());
  return name.success && COMMANDS[name.data].takesAll;
};

/** What nobody sees counts as a blank beside a blank or at an end, and as a letter inside a word. */
const BLANKS = /[\s\p{Default_Ignorable_Code_Point}]+/gu;
const EDGES =
  /^[\s\p{Default_Ignorable_Code_Point}]+|(?<![\s\p{Default_Ignorable_Code_Point}])[\s\p{Default_Ignorable_Code_Point}]+$/gu;

/** A line with single blanks in place of no-break, zero-width and other ones. */
const plainBlanks = (line: string): string =>
  line
    .replace(BLANKS, (blanks, at: number) =>
      /\s/.test(blanks) || at === 0 || at + blanks.length === line.length ? ' ' : blanks,
    )
    .trim();

/** How long the part of a line is that holds `/agent` and its word. */
const afterWord = (line: string): number => WORDS.exec(line)?.[0].length ?? line.length;

/** Two words. What nobody sees begins no word, so that the pattern has one place to try. */
const WORDS =
  /^[\s\p{Default_Ignorable_Code_Point}]*(?!\p{Default_Ignorable_Code_Point})\S+\s[\s\p{Default_Ignorable_Code_Point}]*[\x21-\x7e]+/u;

const withoutInvisible = (text: string): string =>
  text.replace(/\p{Default_Ignorable_Code_Point}+/gu, '');

/** The text with blanks in place of the spans: every offset stays as it is. */
function blank(text: string, spans: { start: number; end: number }[]): string {
  const parts: string[] = [];
  let from = 0;
  for (const { start, end } of spans) {
    // A span may stand within another one, such as code in a quote of HTML.
    if (end <= from) continue;
    const begin = Math.max(start, from);
    parts.push(text.slice(from, begin), ' '.repeat(end - begin));
    from = end;
  }
  return parts.join('') + text.slice(from);
}

/** Said twice in the same words, it is meant once. */
const distinct = (commands: GivenCommand[]): GivenCommand[] =>
  commands.filter(
    ({ name, text, base }, index) =>
      commands.findIndex(
        other => other.name === name && other.text === text && other.base === base,
      ) === index,
  );
