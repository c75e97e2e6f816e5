/**
 * Who asks for what. A command stands in a text as `/agent <word> [arguments]`, the first words of a
 * line, or is given by the label `agent:<word>`.
 */
import type { Account } from '../../../core/actor.ts';
import {
  COMMANDS,
  CommandName,
  type CommandPlace,
  type GivenCommand,
  nearestCommand,
} from '../../../core/commands.ts';
import type { Target } from '../../../core/target.ts';
import type { Call, CommandCall, Ignored, MalformedCall, Said } from '../../../core/trigger.ts';
import { markdownTextLines } from './markdown-text.ts';
import { accountOf, repositoryOf, type Sent } from './origin.ts';

type SentBy = Sent & { sender: Account };

/** Only the text as it was created counts, and only its author's call. */
export function callByText(
  payload: SentBy,
  text: Pick<Call, 'issue' | 'isPull' | 'target'> & { author: Account | null; said: Said },
): CommandCall | MalformedCall | Ignored {
  const { issue, isPull, target, author, said } = text;
  const found = findCommand(said.body, isPull ? 'pull' : 'issue');
  if (!found) return { ignored: 'no_command', problem: 'No line of the comment is a command.' };
  const { sender } = payload;
  if (author?.id !== sender.id)
    return { ignored: 'not_author', problem: `${sender.login} did not write the comment.` };
  const id = target.kind === 'issue' ? said.id : target.id;
  const once = { key: `${target.kind}:${id}`, once: true as const };
  const { first, leftOut } = found;
  return called(payload, { ...once, issue, isPull, target, label: null, said }, first, leftOut);
}

/** Whoever put the label there is the one who asks. */
export function callByLabel(
  payload: SentBy,
  label: string,
  { issue, isPull }: Pick<Call, 'issue' | 'isPull'>,
): CommandCall | MalformedCall | Ignored {
  const word = /^agent:[ ]?([!-~]{1,60})$/i.exec(label)?.[1];
  if (word === undefined)
    return { ignored: 'no_command', problem: 'The label is not one of ours (agent:<command>).' };
  const parsed = parseCommand(word, '', isPull ? 'pull' : 'issue');
  const byTextOnly = 'command' in parsed && !COMMANDS[parsed.command.name].label;
  const first: Parsed = byTextOnly
    ? {
        problem: {
          code: 'invalid_arguments',
          command: parsed.command.name,
          problem: 'it is asked for in a comment, not by a label',
        },
      }
    : parsed;
  // GitHub's labels have no identity of their own: who looks for one must look at the time as well.
  const key = `label:${payload.repository.id}:${issue}:${label}`;
  const target: Target = { kind: 'issue', number: issue };
  return called(payload, { key, issue, isPull, target, label, said: null }, first, []);
}

function called(
  payload: SentBy,
  call: Omit<Call, 'kind' | 'by' | 'repository'>,
  parsed: Parsed,
  leftOut: string[],
): CommandCall | MalformedCall | Ignored {
  const by = accountOf(payload.sender);
  if (by.type !== 'User')
    return { ignored: 'bot', problem: `${by.login} is not a person; only people command.` };
  const whole = { ...call, by, repository: repositoryOf(payload) };
  return 'command' in parsed
    ? { kind: 'command', command: parsed.command, leftOut, ...whole }
    : { kind: 'malformed_command', answer: parsed.problem, ...whole };
}

type Parsed = { command: GivenCommand } | { problem: MalformedCall['answer'] };

/** ASCII only, no `u` flag: lookalike letters, zero-width marks and exotic blanks never match. */
const COMMAND = /^ {0,3}\/agent(?:[ \t]+([^\s]+)(?:[ \t]+(.*))?)?[ \t]*$/i;
const PRINTABLE = /^[\x21-\x7e]+$/;

/** The first command of a text, and the lines of further ones; `null` where there is none. */
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
