/** Who asks for what: by commands in a text, or by the label `agent:<word>`. */
import { isDeepStrictEqual } from 'node:util';
import type { Account } from '../../../core/actor.ts';
import { COMMANDS, type GivenCommand } from '../../../core/commands/commands.ts';
import type { Target } from '../../../core/target.ts';
import type { Call, CommandCall, Ignored, MalformedCall, Said } from '../../../core/trigger.ts';
import { parseCommand } from './find-commands.ts';
import { accountOf, repositoryOf, type Sent } from './origin.ts';
import { readCommands } from './read-commands.ts';

type SentBy = Sent & { sender: Account };

/** Only the text as it was created counts, and only its author's call. */
export async function callByText(
  payload: SentBy,
  text: Pick<Call, 'issue' | 'isPull' | 'target'> & { author: Account | null; said: Said },
): Promise<CommandCall | MalformedCall | Ignored> {
  const { issue, isPull, target, author, said } = text;
  const found = await read(payload, said.body, isPull);
  if (!found) return { ignored: 'no_command', problem: 'No line of the comment is a command.' };
  const { sender } = payload;
  if (author?.id !== sender.id)
    return { ignored: 'not_author', problem: `${sender.login} did not write the comment.` };
  const id = target.kind === 'issue' ? said.id : target.id;
  const once = { key: `${target.kind}:${id}`, once: true as const };
  return called(payload, { ...once, issue, isPull, target, label: null, said }, found);
}

type Misplaced = Extract<MalformedCall['answer'], { code: 'misplaced_commands' }>;

/**
 * What a text asks for that is not followed there: the text of an issue, or what an edit made of a comment
 * that was followed as it was first written. `before`: what stood there. Null: nothing that is new.
 */
export async function callElsewhere(
  payload: SentBy,
  text: Pick<Call, 'issue' | 'isPull' | 'target'> & { author: Account | null; body: string },
  { place, before }: { place: Misplaced['place']; before: string },
): Promise<MalformedCall | null> {
  const { issue, isPull, target, author, body } = text;
  const { sender } = payload;
  if (body === before || sender.type !== 'User' || author?.id !== sender.id) return null;
  const commandsIn = async (said: string): Promise<GivenCommand[]> => {
    const found = await read(payload, said, isPull);
    return found && 'commands' in found ? found.commands : [];
  };
  const given = await commandsIn(body);
  if (given.length === 0 || isDeepStrictEqual(given, await commandsIn(before))) return null;
  const commands = given.map(({ name }) => name);
  return {
    kind: 'malformed_command',
    key: null,
    answer: { code: 'misplaced_commands', place, commands },
    issue,
    isPull,
    target,
    label: null,
    said: null,
    by: accountOf(sender),
    repository: repositoryOf(payload),
  };
}

/** Texts of one person, or of one installation, keep those of others from being read for one text at most. */
const read = ({ installation, sender }: SentBy, body: string, isPull: boolean) =>
  readCommands(body, isPull ? 'pull' : 'issue', undefined, {
    installation: installation.id,
    author: sender.id,
  });

/** Whoever put the label there is the one who asks. */
export function callByLabel(
  payload: SentBy,
  label: string,
  { issue, isPull }: Pick<Call, 'issue' | 'isPull'>,
): CommandCall | MalformedCall | Ignored {
  const word = /^agent:[ ]?([!-~]{1,60})$/i.exec(label)?.[1];
  if (word === undefined)
    return { ignored: 'no_command', problem: 'The label is not one of ours (agent:<command>).' };
  const found = labelled(parseCommand(word, '', isPull ? 'pull' : 'issue'));
  // GitHub's labels have no identity of their own: who looks for one must look at the time as well.
  const key = `label:${payload.repository.id}:${issue}:${label}`;
  const target: Target = { kind: 'issue', number: issue };
  return called(payload, { key, issue, isPull, target, label, said: null }, found);
}

function called(
  payload: SentBy,
  call: Omit<Call, 'kind' | 'by' | 'repository'>,
  found: Found,
): CommandCall | MalformedCall | Ignored {
  const by = accountOf(payload.sender);
  if (by.type !== 'User')
    return { ignored: 'bot', problem: `${by.login} is not a person; only people command.` };
  const whole = { ...call, by, repository: repositoryOf(payload) };
  return 'commands' in found
    ? { kind: 'command', commands: found.commands, ...whole }
    : { kind: 'malformed_command', answer: found.problem, ...whole };
}

type Problem = { problem: MalformedCall['answer'] };
type Found = { commands: GivenCommand[] } | Problem;

/** What a label asks for, where its command may be given by one. */
function labelled(parsed: { command: GivenCommand } | Problem): Found {
  if ('problem' in parsed) return parsed;
  const { command } = parsed;
  if (COMMANDS[command.name].label) return { commands: [command] };
  const problem = 'it is asked for in a comment, not by a label';
  return { problem: { code: 'invalid_arguments', command: command.name, problem } };
}
