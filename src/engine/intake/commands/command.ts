/** Somebody asks for something: a new task, more work on one, or an answer. */

import { steererOf } from '../../../core/actor.ts';
import type { CommandWork } from '../../../core/commands/command-work.ts';
import { COMMANDS } from '../../../core/commands/commands.ts';
import type { SingleReply } from '../../../core/reply.ts';
import { taskStream } from '../../../core/stream.ts';
import type { TaskState } from '../../../core/task/state/state.ts';
import { statusWords, stepWords } from '../../../core/task/views/status-words.ts';
import { viewOf } from '../../../core/task/views/view.ts';
import type { AskedCommand, CommandCall, MalformedCall } from '../../../core/trigger.ts';
import type { Intake } from '../../dependencies.ts';
import { loadFolded } from '../../handle.ts';
import type { TaskRow } from '../../ports/event-log.ts';
import { asTask } from '../../streams.ts';
import { admitCall, mayTakeLabelOff } from '../callers/callers.ts';
import { gather } from '../callers/gather.ts';
import { createTask } from '../create/create-task.ts';
import {
  hasFollowed,
  lastTask,
  personOf,
  sendToTask,
  stateOf,
  takeLabelOff,
  taskThatHas,
} from '../intake.ts';
import { acknowledge, type CommandResult, reply } from '../reply.ts';
import { onExamine } from '../rules/policy-change.ts';
import { onAnswer } from './answer.ts';
import { judgeAskedWork } from './asked-work.ts';
import { onBacklog } from './backlog.ts';
import { cancel } from './cancel.ts';
import { helpTo } from './help.ts';
import { noTask } from './no-task.ts';
import { play } from './play.ts';
import { askForMore } from './rework.ts';

/** A command, what its row says that it does, and the last task of the issue or pull request. */
type HandlerInput<K extends CommandWork['kind']> = {
  call: AskedCommand;
  does: Extract<CommandWork, { kind: K }>;
  last: TaskRow | undefined;
};

/** What each kind of command does; which command is of which kind stands in the table of the core. */
const HANDLERS: {
  [K in CommandWork['kind']]: (intake: Intake, asked: HandlerInput<K>) => Promise<CommandResult>;
} = {
  help: (intake, { call, last }) => helpTo(intake, call, last),
  examine: (intake, { call }) => examine(intake, call),
  status: (intake, { call, last }) => statusOf(intake, call, last),
  async cancel(intake, { call, last }) {
    if (!last?.open) return declineWithoutTask(intake, call);
    return call.command.text === '' ? cancel(intake, call, last.id) : NO_ITEMS;
  },
  retry: (intake, { call, last }) =>
    last ? retry(intake, call, last.id) : declineWithoutTask(intake, call),
  override: (intake, { call, last }) =>
    last ? override(intake, call, last.id) : declineWithoutTask(intake, call),
  pause: (intake, { call, last }) => steer(intake, call, 'pause', last),
  resume: (intake, { call, last }) => steer(intake, call, 'resume', last),
  unlock: (intake, { call, last }) => unlock(intake, call, last),
  play: (intake, { call }) => play(intake, call),
  answer: (intake, { call, does, last }) =>
    last?.open
      ? unlessPaused(intake, call, last, () => onAnswer(intake, call, does.says, last.id))
      : declineWithoutTask(intake, call),
  async task(intake, { call, does, last }) {
    const verdict = await judgeAskedWork(intake, call, does.graph, last);
    switch (verdict.is) {
      case 'round': {
        const { task } = verdict;
        return unlessPaused(intake, call, task, () => rework(intake, call, task.id));
      }
      case 'refused':
        return decline(intake, call, verdict.answer);
      case 'free': {
        const { inPlaceOf, planned } = verdict;
        const makeRoom = inPlaceOf && (() => endFor(intake, call, inPlaceOf));
        return createTask(intake, call, does.graph, { planned, makeRoom });
      }
    }
  },
};

export async function onCall(intake: Intake, call: CommandCall | MalformedCall): Promise<string> {
  const admission = await admitCall(intake, call);
  if (!admission.admitted) {
    if (
      admission.answered ||
      (call.label !== null && (await mayTakeLabelOff(intake, call.repository)))
    )
      await takeLabelOff(intake, call);
    return admission.note;
  }
  const follow = () => followCall(intake, call);
  // Whoever has no say is answered when nothing else has to be done.
  return admission.isStranger ? intake.github.inClass('rest', follow) : follow();
}

async function followCall(intake: Intake, call: CommandCall | MalformedCall): Promise<string> {
  const gathered = await gather(intake, call);
  if (!gathered) await acknowledge(intake, call);
  const note =
    call.kind === 'malformed_command'
      ? await reply(intake, call, call.answer)
      : await followAll(intake, call, gathered);
  await takeLabelOff(intake, call);
  return note;
}

async function followAll(intake: Intake, call: CommandCall, gathered: boolean): Promise<string> {
  const outcomes: CommandResult[] = [];
  for (const command of call.commands)
    outcomes.push(
      await follow(intake, { ...call, command, gathered }, COMMANDS[command.name].does),
    );
  const notes = outcomes.filter(outcome => typeof outcome === 'string');
  const answers = outcomes.filter(outcome => typeof outcome !== 'string');
  const [answer] = answers;
  if (answer)
    notes.push(
      await reply(intake, call, answers.length > 1 ? { code: 'several', answers } : answer),
    );
  return notes.join('; ');
}

const follow = async <K extends CommandWork['kind']>(
  intake: Intake,
  call: AskedCommand,
  does: Extract<CommandWork, { kind: K }> & { kind: K },
): Promise<CommandResult> => {
  const steered = await onBacklog(intake, call);
  if (steered !== null) return steered;
  const handler: (typeof HANDLERS)[K] = HANDLERS[does.kind];
  return handler(intake, { call, does, last: await lastTask(intake, call) });
};

/**
 * Says no, unless this very delivery is why: one that was followed and could not be settled comes
 * again, and finds what it did itself.
 */
async function decline(
  intake: Intake,
  call: AskedCommand,
  answer: SingleReply,
): Promise<CommandResult> {
  const row = await taskThatHas(intake, call);
  return row ? `${row.id} has it already` : answer;
}

const declineWithoutTask = async (intake: Intake, call: AskedCommand): Promise<CommandResult> =>
  decline(intake, call, await noTask(intake, call));

async function examine(intake: Intake, call: AskedCommand): Promise<CommandResult> {
  const { repository, issue: pull, command } = call;
  const examined = await onExamine(intake, { repository, pull });
  if ('note' in examined) return examined.note;
  const reasons = [`There is no policy to examine: ${examined.nothing}.`];
  return { code: 'refused', command: command.name, reasons };
}

async function statusOf(
  intake: Intake,
  call: AskedCommand,
  row: TaskRow | undefined,
): Promise<SingleReply> {
  if (!row) return noTask(intake, call);
  const view = viewOf(row.id, asTask(await loadFolded(intake.log, taskStream(row.id))));
  const lines = view.steps.map(step => `${step.id}: ${stepWords(step)}`);
  return { code: 'status', task: row.id, status: statusWords(view), lines };
}

const NO_ITEMS: SingleReply = {
  code: 'refused',
  command: 'cancel',
  reasons: ['What goes on here is no backlog, so it has no items: `/agent cancel` alone stops it.'],
};

/** Ends the open task that gives way to what is asked for; else says why it can't end. */
async function endFor(
  intake: Intake,
  call: AskedCommand,
  { id }: TaskRow,
): Promise<SingleReply | null> {
  // Whoever asks for the one is not told of the end of the other besides.
  const canceled = await cancel(intake, { ...call, target: null }, id);
  return typeof canceled === 'string' ? null : canceled;
}

/** What is taken in while the task is paused has no effect to be seen before it goes on. */
async function unlessPaused(
  intake: Intake,
  call: AskedCommand,
  last: TaskRow,
  take: () => Promise<CommandResult>,
): Promise<CommandResult> {
  const before = await stateOf(intake, last);
  const taken = await take();
  if (before.paused === null || typeof taken !== 'string') return taken;
  // What can't count is answered in the task at once.
  const refused = refusals(await stateOf(intake, last)) > refusals(before);
  return refused ? taken : { code: 'kept_for_resume', command: call.command.name };
}

const refusals = ({ approvals }: TaskState): number =>
  approvals.flatMap(({ refused }) => refused).length;

async function retry(intake: Intake, call: AskedCommand, task: string): Promise<CommandResult> {
  const { name, text: instructions } = call.command;
  // What has failed once more since then is not what was asked for.
  if (await hasFollowed(intake, taskStream(task), 'task.retried'))
    return 'it is tried again already';
  const retried = { type: 'retry' as const, by: steererOf(call.by), instructions };
  const handled = await sendToTask(intake, task, retried, personOf(call.by));
  if (handled.ok) return `tried ${task} again`;
  return decline(intake, call, {
    code: 'refused',
    command: name,
    reasons: [handled.refusal.message],
  });
}

async function override(intake: Intake, call: AskedCommand, task: string): Promise<CommandResult> {
  const { name, text: because } = call.command;
  // A review that blocks once more since then is another one.
  if (await hasFollowed(intake, taskStream(task), 'step.overridden')) return 'it is done already';
  const by = personOf(call.by);
  const handled = await sendToTask(intake, task, { type: 'override', by, because }, by);
  if (handled.ok) return `went past what blocked ${task}`;
  return decline(intake, call, {
    code: 'refused',
    command: name,
    reasons: [handled.refusal.message],
  });
}

const STEERED = { pause: 'task.paused', resume: 'task.resumed' } as const;

async function steer(
  intake: Intake,
  call: AskedCommand,
  type: 'pause' | 'resume',
  last: TaskRow | undefined,
): Promise<CommandResult> {
  if (!last?.open) return declineWithoutTask(intake, call);
  // Somebody else may have steered it otherwise since then.
  if (await hasFollowed(intake, taskStream(last.id), STEERED[type])) return 'it is done already';
  const command = { type, by: steererOf(call.by), target: call.target };
  const handled = await sendToTask(intake, last.id, command, personOf(call.by));
  if (handled.ok) return `${type} of ${last.id}`;
  const { message } = handled.refusal;
  return decline(intake, call, { code: 'refused', command: type, reasons: [message] });
}

/** Policy decides whether the person may, and the task's stream says what came of it. */
async function unlock(
  intake: Intake,
  call: AskedCommand,
  last: TaskRow | undefined,
): Promise<CommandResult> {
  if (!last) return declineWithoutTask(intake, call);
  if (await hasFollowed(intake, taskStream(last.id), 'ref.unlock_requested'))
    return 'it is asked for already';
  const { target } = call;
  const command = { type: 'unlock' as const, by: steererOf(call.by), target, work: false };
  const handled = await sendToTask(intake, last.id, command, personOf(call.by));
  return handled.ok ? `unlocking for ${last.id}` : handled.refusal.message;
}

async function rework(intake: Intake, call: AskedCommand, task: string): Promise<CommandResult> {
  const { repository, issue: pull, target } = call;
  const { name, text } = call.command;
  const by = personOf(call.by);
  const request = { id: intake.delivery, repository, pull, by, target, text };
  const handled = await askForMore(intake, task, request);
  if (handled?.ok) return `asked ${task} for more`;
  const reason =
    handled?.refusal.message ??
    'No agent here works on comments: whoever operates Gatehouse names one, by `reworks: comment` in its file in `agents/`.';
  return decline(intake, call, { code: 'refused', command: name, reasons: [reason] });
}
