/** Somebody asks for something: a new task, more work on one, or an answer. */
import { COMMANDS, type CommandWork } from '../../core/commands.ts';
import type { GraphName } from '../../core/graphs.ts';
import { roleForRework } from '../../core/profile.ts';
import type { SingleReply } from '../../core/reply.ts';
import { taskStream } from '../../core/stream.ts';
import type { TaskState } from '../../core/task/state.ts';
import { viewOf } from '../../core/task/view.ts';
import type { AskedCommand, CommandCall, MalformedCall } from '../../core/trigger.ts';
import type { Intake } from '../dependencies.ts';
import { loadFolded } from '../handle.ts';
import type { TaskRow } from '../ports/event-log.ts';
import { asTask } from '../streams.ts';
import { onAnswer } from './answer.ts';
import { cancel } from './cancel.ts';
import { createTask } from './create-task.ts';
import { personOf, sendToTask } from './intake.ts';
import { acknowledge, type CommandResult, reply } from './reply.ts';
import { taintOf } from './taint.ts';

/** A command with what it does, and the last task of its issue or pull request. */
type Asked<K extends CommandWork['kind']> = {
  call: AskedCommand;
  does: Extract<CommandWork, { kind: K }>;
  last: TaskRow | undefined;
};

/** What each kind of command does; which command is of which kind stands in the table of the core. */
const HANDLERS: {
  [K in CommandWork['kind']]: (intake: Intake, asked: Asked<K>) => Promise<CommandResult>;
} = {
  help: async () => ({ code: 'help' }),
  status: (intake, { last }) => statusOf(intake, last),
  cancel: (intake, { call, last }) =>
    last?.open ? cancel(intake, call, last.id) : decline(intake, call, noTask(call)),
  answer: (intake, { call, does, last }) =>
    last?.open ? onAnswer(intake, call, does.says, last.id) : decline(intake, call, noTask(call)),
  task(intake, { call, does, last }) {
    if (call.isPull) return onPull(intake, call, last);
    return last?.open ? anew(intake, call, does.graph, last) : createTask(intake, call, does.graph);
  },
};

export async function onCall(intake: Intake, call: CommandCall | MalformedCall): Promise<string> {
  await acknowledge(intake, call);
  if (call.kind === 'malformed_command') return reply(intake, call, call.answer);
  const outcomes: CommandResult[] = [];
  for (const command of call.commands)
    outcomes.push(await follow(intake, { ...call, command }, COMMANDS[command.name].does));
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
  const handler: (typeof HANDLERS)[K] = HANDLERS[does.kind];
  return handler(intake, { call, does, last: await lastTask(intake, call) });
};

const noTask = ({ command }: AskedCommand): SingleReply => ({
  code: 'no_task',
  command: command.name,
});

/** The task that this issue or pull request belongs to, the last one where there were several. */
async function lastTask({ tasks }: Intake, call: AskedCommand): Promise<TaskRow | undefined> {
  const { repository, issue, isPull } = call;
  const here = isPull ? { pull: issue } : { issue };
  return (await tasks.list({ repositoryId: repository.id, ...here, limit: 1 }))[0];
}

/**
 * Says no, unless this very delivery is why: one that was followed and could not be settled comes
 * again, and finds what it did itself.
 */
async function decline(
  intake: Intake,
  call: AskedCommand,
  answer: SingleReply,
): Promise<CommandResult> {
  const row = await lastTask(intake, call);
  if (row)
    for await (const { correlation } of intake.log.read(taskStream(row.id)))
      if (correlation.delivery === intake.delivery) return `${row.id} has it already`;
  return answer;
}

async function statusOf({ log }: Intake, row: TaskRow | undefined): Promise<SingleReply> {
  if (!row) return { code: 'no_task', command: 'status' };
  const view = viewOf(row.id, asTask(await loadFolded(log, taskStream(row.id))));
  const lines = view.steps.map(({ id, status, run }) => {
    const detail = run && run.state !== 'success' ? ` (${run.state})` : '';
    return `${id}: ${status}${detail}`;
  });
  const status = view.reason ? `${view.status}: ${view.reason}` : view.status;
  return { code: 'status', task: row.id, status, lines };
}

/** More work on a pull request of ours, as long as it is not merged. */
async function onPull(
  intake: Intake,
  call: AskedCommand,
  last: TaskRow | undefined,
): Promise<CommandResult> {
  if (last?.open) return rework(intake, call, last.id);
  const ended = last && (await stateOf(intake, last));
  return decline(
    intake,
    call,
    ended?.merged ? { code: 'merged', command: call.command.name, pull: call.issue } : noTask(call),
  );
}

/** A task whose pull request is closed ends where somebody who may cancel it asks for the work anew. */
async function anew(
  intake: Intake,
  call: AskedCommand,
  graph: GraphName,
  last: TaskRow,
): Promise<CommandResult> {
  if ((await stateOf(intake, last)).blocked?.obstacle !== 'closed')
    return decline(intake, call, { code: 'busy', task: last.id });
  const canceled = await cancel(intake, call, last.id);
  return typeof canceled === 'string' ? createTask(intake, call, graph) : canceled;
}

const stateOf = async ({ log }: Pick<Intake, 'log'>, row: TaskRow): Promise<TaskState> =>
  asTask(await loadFolded(log, taskStream(row.id))).state;

async function rework(intake: Intake, call: AskedCommand, task: string): Promise<CommandResult> {
  const by = personOf(call.by);
  const { name } = call.command;
  const refused = (reason: string) =>
    decline(intake, call, { code: 'refused', command: name, reasons: [reason] });
  const role = roleForRework(intake.profiles.values(), 'comment');
  if (role === null) return refused('No agent here works on comments: no profile reworks them.');
  const handled = await sendToTask(
    intake,
    task,
    {
      type: 'rework',
      data: {
        id: intake.delivery,
        origin: 'comment',
        role,
        instructions: call.command.text,
        by,
        target: call.target,
        check: null,
        merges: null,
        taint: await taintOf(intake, call.repository, [{ source: 'the comment', by }]),
      },
    },
    by,
  );
  if (handled.ok) return `asked ${task} for more`;
  return refused(handled.refusal.message);
}
