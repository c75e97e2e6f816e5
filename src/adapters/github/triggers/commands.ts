/** Finds commands in a comment: `/agent <word> [arguments]` as the first words of a line. */

import {
  COMMANDS,
  CommandName,
  type CommandPlace,
  type GivenCommand,
  nearestCommand,
} from '../../../core/commands.ts';
import type { Reply } from '../../../core/reply.ts';
import { markdownTextLines } from './markdown-text.ts';

export type Problem = Extract<Reply, { code: 'unknown_command' | 'invalid_arguments' }>;
export type Parsed = { command: GivenCommand } | { problem: Problem };

/** ASCII only, no `u` flag: lookalike letters, zero-width marks and exotic blanks never match. */
const COMMAND = /^ {0,3}\/agent(?:[ \t]+([^\s]+)(?:[ \t]+(.*))?)?[ \t]*$/i;
const PRINTABLE = /^[\x21-\x7e]+$/;

/** The first command of a comment, and the lines of further ones; `null` where there is none. */
export function findCommand(
  body: string,
  place: CommandPlace,
): { first: Parsed; leftOut: string[] } | null {
  const found: { line: string; parsed: Parsed }[] = [];
  for (const line of markdownTextLines(body)) {
    const match = COMMAND.exec(line);
    // A bare `/agent` asks what there is.
    const word = match?.[1] ?? 'help';
    if (!match || !PRINTABLE.test(word)) continue;
    found.push({ line: line.trim(), parsed: parseCommand(word, match[2] ?? '', place) });
  }
  const [first, ...rest] = found;
  return first ? { first: first.parsed, leftOut: rest.map(({ line }) => line) } : null;
}

/** One command by its word and what follows it, as the table allows it at this place. */
export function parseCommand(word: string, text: string, place: CommandPlace): Parsed {
  const name = CommandName.safeParse(word.toLowerCase());
  if (!name.success)
    return {
      problem: {
        code: 'unknown_command',
        word: word.slice(0, 40),
        nearest: nearestCommand(word),
      },
    };
  const { places, arguments: takes } = COMMANDS[name.data];
  const refuse = (problem: string): Parsed => ({
    problem: { code: 'invalid_arguments', command: name.data, problem },
  });
  if (!places.includes(place))
    return refuse(`it works on ${places.map(p => NAMES[p]).join(' and ')} only`);
  const checked = takes.safeParse(text.trim());
  if (!checked.success) return refuse(checked.error.issues.map(issue => issue.message).join('; '));
  return { command: { name: name.data, text: checked.data } };
}

const NAMES: Record<CommandPlace, string> = { issue: 'issues', pull: 'pull requests' };
