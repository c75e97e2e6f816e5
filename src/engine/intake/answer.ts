/** Somebody answers a request: by command or button. Whether it counts is judged live, later. */

import type { Person } from '../../core/actor.ts';
import { taskStream } from '../../core/stream.ts';
import type { Target } from '../../core/target.ts';
import type { TaskCommand } from '../../core/task/command.ts';
import type { Trigger } from '../../core/trigger.ts';
import { digestOf } from '../chain.ts';
import { loadFolded } from '../handle.ts';
import type { TaskRow } from '../ports/event-log.ts';
import { asTask } from '../streams.ts';
import { cancel } from './cancel.ts';
import type { CommandCall, Intake } from './intake.ts';
import { reply } from './reply.ts';

type Answer = Extract<TaskCommand, { type: 'answer' }>;
type Says = Answer['data']['says'];

export async function onAnswer(
  deps: Intake,
  guid: string,
  call: CommandCall,
  row: TaskRow,
): Promise<string> {
  const { command, said } = call;
  // Labels call for work only; there is nobody's word to hold against them.
  if (!said) return 'an answer is given in words';
  const says = command.name as Says;
  // What a review, or a comment on code, is about stands on it.
  const named = says === 'approve' ? command.text || (said.commit ?? '') : '';
  return tell(deps, guid, row.id, call, {
    type: 'answer',
    names: named,
    data: {
      answer: `${said.via === 'review' ? 'said-in-review' : said.via}-${said.id}`,
      says,
      by: personOf(call.by),
      via: said.via,
      comment: said.id,
      text: digestOf(said.body),
      reason: says === 'deny' ? command.text : '',
      at: said.at,
      target: call.target,
    },
  });
}

export async function onButton(
  deps: Intake,
  guid: string,
  { by, repository, identifier, check }: Extract<Trigger, { kind: 'button' }>,
): Promise<string> {
  const row = await deps.tasks.find(check.task);
  if (!row?.open || row.repositoryId !== repository.id) return 'no task of ours';
  const { state } = asTask(await loadFolded(deps.log, taskStream(row.id)));
  const target: Target = { kind: 'issue', number: row.pull ?? row.issue ?? 0 };
  const call = { by, repository, target };
  if (identifier === 'cancel') return cancel(deps, guid, call, row);
  const [, says, capsule] = /^(approve|deny)-([0-9a-f]{12})$/.exec(identifier) ?? [];
  if (!says || !capsule) return `no button of ours: ${identifier.slice(0, 20)}`;
  // The check stands on the head that it is about: pressed on another one, it means that one.
  const names = check.head === state.pull?.head ? capsule : check.head;
  return tell(deps, guid, row.id, call, {
    type: 'answer',
    names,
    data: {
      answer: `button-${guid}`,
      says: says as Says,
      by: personOf(by),
      via: 'button',
      comment: null,
      text: null,
      reason: '',
      // A button has no time of its own.
      at: (await deps.now()).toISOString(),
      target,
    },
  });
}

/** An answer whose comment was changed is taken back. What was not an answer of ours is no concern. */
export async function onChangedComment(
  deps: Intake,
  guid: string,
  trigger: Extract<Trigger, { kind: 'comment_changed' }>,
): Promise<string> {
  const { repository, issue, comment, via, how, by } = trigger;
  const found = await Promise.all(
    [{ issue }, { pull: issue }].map(where =>
      deps.tasks.list({ repositoryId: repository.id, ...where, open: true, limit: 1 }),
    ),
  );
  const notes: string[] = [];
  for (const { id } of found.flat()) {
    const handled = await deps.handle({
      stream: taskStream(id),
      command: { type: 'revoke', comment, via, by: personOf(by), how: WORDS[how] },
      actor: { kind: 'person', ...personOf(by) },
      correlation: { delivery: guid },
    });
    notes.push(handled.ok ? `revoked in ${id}` : handled.refusal.message);
  }
  return notes.join('; ') || 'no task of ours';
}

const WORDS = {
  edited: 'its comment was edited',
  deleted: 'its comment was deleted',
  dismissed: 'its review was dismissed',
} as const;

async function tell(
  deps: Intake,
  guid: string,
  task: string,
  call: Pick<CommandCall, 'by' | 'repository' | 'target'>,
  command: Answer,
): Promise<string> {
  const handled = await deps.handle({
    stream: taskStream(task),
    command,
    actor: { kind: 'person', ...personOf(call.by) },
    correlation: { delivery: guid },
  });
  if (handled.ok) return `${command.data.says} for ${task}`;
  const { tell: answers, message } = handled.refusal;
  if (!answers) return message;
  const reasons = [message];
  return reply(deps, guid, call, { code: 'refused', command: command.data.says, reasons });
}

const personOf = ({ id, login }: Person): Person => ({ id, login });
