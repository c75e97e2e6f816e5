/** Comments and one-shot labels: people calling us by name. */
import type { Account, Repository } from '../../../core/actor.ts';
import { COMMANDS } from '../../../core/commands.ts';
import type { Target } from '../../../core/target.ts';
import type { Ignored, Said, Trigger } from '../../../core/trigger.ts';
import { findCommand, type Parsed, parseCommand } from './commands.ts';
import { repositoryOf, type Sent } from './origin.ts';

type Spoken = Sent & { sender: Account };
type Place = { issue: number; isPull: boolean; target: Target };
type Called = Extract<Trigger, { kind: 'command' | 'malformed_command' }> | Ignored;
type Comment = {
  id: number;
  body: string;
  user: Account | null;
  created_at: string;
  commit_id?: string | null | undefined;
};

export function translateComment(
  payload: Spoken & { comment: Comment },
  place: Place,
): Trigger | Ignored {
  const { id, body, user, created_at: at, commit_id } = payload.comment;
  const via = place.target.kind === 'review_comment' ? 'review_comment' : 'issue_comment';
  return translateWords(payload, place, user, { via, id, body, at, commit: commit_id ?? null });
}

/** Only words as they were created count, and only their author's. */
export function translateWords(
  payload: Spoken,
  place: Place,
  author: Account | null,
  said: Said,
): Called {
  const found = findCommand(said.body, place.isPull ? 'pull' : 'issue');
  if (!found) return { ignored: 'no_command', problem: 'No line of the comment is a command.' };
  const { sender } = payload;
  if (author?.id !== sender.id)
    return { ignored: 'not_author', problem: `${sender.login} did not write the comment.` };
  return called(payload, place, found.first, null, found.leftOut, said);
}

/** An answer that was given in a comment may be over once that is another. */
export const translateChange = (
  payload: Spoken & { comment: { id: number } },
  via: Said['via'],
  how: 'edited' | 'deleted',
  issue: number,
): Trigger => ({
  kind: 'comment_changed',
  repository: repositoryOf(payload),
  issue,
  via,
  how,
  comment: payload.comment.id,
  by: accountOf(payload.sender),
});

export const accountOf = ({ id, login, type }: Account): Account => ({ id, login, type });

/** `agent:<command>` on an issue or pull request; whoever put it there is the one who asks. */
export function translateLabel(
  payload: Spoken & { label: { name: string } },
  number: number,
  isPull: boolean,
): Trigger | Ignored {
  const label = payload.label.name;
  const word = /^agent:[ ]?([!-~]{1,60})$/i.exec(label)?.[1];
  if (word === undefined)
    return { ignored: 'no_command', problem: 'The label is not one of ours (agent:<command>).' };
  const place: Place = { issue: number, isPull, target: { kind: 'issue', number } };
  const parsed = parseCommand(word, '', isPull ? 'pull' : 'issue');
  const spoken = 'command' in parsed && !COMMANDS[parsed.command.name].label;
  const first: Parsed = spoken
    ? {
        problem: {
          code: 'invalid_arguments',
          command: parsed.command.name,
          problem: 'it is asked for in a comment, not by a label',
        },
      }
    : parsed;
  return called(payload, place, first, label, [], null);
}

function called(
  payload: Spoken,
  place: Place,
  parsed: Parsed,
  label: string | null,
  leftOut: string[],
  said: Said | null,
): Called {
  const { id, login, type } = payload.sender;
  if (type !== 'User')
    return { ignored: 'bot', problem: `${login} is not a person; only people command.` };
  const repository: Repository = repositoryOf(payload);
  const call = { ...place, by: { id, login, type }, repository, label, said };
  return 'command' in parsed
    ? { kind: 'command', command: parsed.command, leftOut, ...call }
    : { kind: 'malformed_command', answer: parsed.problem, ...call };
}
