/** Somebody answers a request: by command or button. Whether it counts is judged live, later. */
import type { Account, Person, Repository } from '../../../core/actor.ts';
import { capsuleSeen } from '../../../core/approvals/request.ts';
import type { CommandName } from '../../../core/commands/commands.ts';
import { taskStream } from '../../../core/stream.ts';
import type { Target } from '../../../core/target.ts';
import { openApprovals } from '../../../core/task/approvals/open-approvals.ts';
import type { TaskCommand } from '../../../core/task/decide/command.ts';
import type { AskedCommand, Said } from '../../../core/trigger.ts';
import { digestOf } from '../../chain.ts';
import type { Intake } from '../../dependencies.ts';
import { loadFolded } from '../../handle.ts';
import { asTask } from '../../streams.ts';
import { hasSay, turnAway } from '../callers/callers.ts';
import { mayRerun, rerunTask } from '../checks/rerun.ts';
import { personOf, sendToTask } from '../intake.ts';
import { type Caller, type CommandResult, respond } from '../reply.ts';
import { cancel } from './cancel.ts';
import { denialIn } from './denial.ts';

type Answer = Extract<TaskCommand, { type: 'answer' }>;
type Says = Answer['data']['says'];

export async function onAnswer(
  intake: Intake,
  call: AskedCommand,
  says: Says,
  task: string,
): Promise<CommandResult> {
  const { command, said } = call;
  // A label is no answer: there is no text of anybody to hold against them.
  if (!said) return 'an answer is given in words';
  const denial = says === 'deny' ? denialIn(command.text) : null;
  const names = says === 'approve' ? await approvedIn(intake, call, task) : (denial?.names ?? '');
  return send(intake, call, task, {
    type: 'answer',
    names,
    data: {
      answer: `${said.via === 'review' ? 'said-in-review' : said.via}-${said.id}`,
      says,
      by: personOf(call.by),
      via: said.via,
      comment: said.id,
      text: digestOf(said.body),
      reason: denial?.reason ?? '',
      at: said.at,
      target: call.target,
    },
  });
}

/** What a review, or a comment on code, is about stands on it; the bare form means what the request showed. */
async function approvedIn(
  intake: Intake,
  { command, said, repository }: AskedCommand,
  task: string,
): Promise<string> {
  const named = command.text || (said?.commit ?? '');
  return named || !said ? named : capsuleShown(intake, repository, task, said.at);
}

/** What the last request showed when it was answered. */
async function capsuleShown(
  { log, github }: Intake,
  repository: Repository,
  task: string,
  at: string,
): Promise<string> {
  const { state } = asTask(await loadFolded(log, taskStream(task)));
  const comment = openApprovals(state).at(-1)?.posted ?? null;
  const shown = comment === null ? null : await github.facts.shownRequest(repository, comment);
  return shown ? capsuleSeen(shown, at) : '';
}

export async function onButton(
  intake: Intake,
  trigger: {
    by: Account;
    repository: Repository;
    identifier: string;
    check: { head: string; task: string };
  },
): Promise<string> {
  const { by, repository, identifier, check } = trigger;
  if (identifier === 'retry') {
    const { head, task } = check;
    return (await mayRerun(intake, trigger))
      ? rerunTask(intake, { repository, by, head }, task)
      : 'who asks may not';
  }
  const row = await intake.tasks.find(check.task);
  if (!row?.open || row.repositoryId !== repository.id) return 'no task of ours';
  const { state } = asTask(await loadFolded(intake.log, taskStream(row.id)));
  const issue = row.pull ?? row.issue ?? 0;
  const target: Target = { kind: 'issue', number: issue };
  const caller = { by, repository, target };
  const pressed = BUTTONS[identifier.split('-')[0] ?? ''];
  if (pressed && !(await hasSay(intake, repository, by)))
    return (await turnAway(intake, { ...caller, issue }, pressed)).note;
  if (identifier === 'cancel') return respond(intake, caller, await cancel(intake, caller, row.id));
  const [, says, capsule] = /^(approve|deny)-([0-9a-f]{12})$/.exec(identifier) ?? [];
  if (!says || !capsule) return `no button of ours: ${identifier.slice(0, 20)}`;
  const outcome = await send(intake, caller, row.id, {
    type: 'answer',
    // The check stands on the head that it is about: pressed on another one, it means that one.
    names: check.head === state.pull?.head ? capsule : check.head,
    data: {
      answer: `button-${intake.delivery}`,
      says: says === 'approve' ? 'approve' : 'deny',
      by: personOf(by),
      via: 'button',
      comment: null,
      text: null,
      reason: '',
      // A button has no time of its own.
      at: (await intake.now()).toISOString(),
      target,
    },
  });
  return respond(intake, caller, outcome);
}

const BUTTONS: Readonly<Record<string, CommandName | undefined>> = {
  approve: 'approve',
  deny: 'deny',
  cancel: 'cancel',
};

/** An answer whose comment was changed is taken back. What was not an answer of ours is no concern. */
export async function onCommentChanged(
  intake: Intake,
  trigger: {
    repository: Repository;
    issue: number;
    comment: number;
    via: Said['via'];
    how: keyof typeof HOW;
    by: Person;
  },
): Promise<string> {
  const { repository, issue, comment, via, how } = trigger;
  const found = await Promise.all(
    [{ issue }, { pull: issue }].map(where =>
      intake.tasks.list({ repositoryId: repository.id, ...where, open: true, limit: 1 }),
    ),
  );
  const by = personOf(trigger.by);
  const notes: string[] = [];
  for (const { id } of found.flat()) {
    const revoke = { type: 'revoke' as const, comment, via, by, how: HOW[how] };
    const handled = await sendToTask(intake, id, revoke, by);
    notes.push(handled.ok ? `revoked in ${id}` : handled.refusal.message);
  }
  return notes.join('; ') || 'no task of ours';
}

const HOW = {
  edited: 'its comment was edited',
  deleted: 'its comment was deleted',
  dismissed: 'its review was dismissed',
} as const;

async function send(
  intake: Intake,
  caller: Caller,
  task: string,
  command: Answer,
): Promise<CommandResult> {
  const handled = await sendToTask(intake, task, command, personOf(caller.by));
  const { says } = command.data;
  if (handled.ok) return `${says} for ${task}`;
  const { tell, message } = handled.refusal;
  if (!tell) return message;
  return { code: 'refused', command: says, reasons: [message] };
}
