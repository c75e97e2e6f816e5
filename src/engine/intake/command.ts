/** Somebody asks for something: a new task, more work on one, or an answer. */

import type { Reply } from '../../core/reply.ts';
import { taskStream } from '../../core/stream.ts';
import { viewOf } from '../../core/task/view.ts';
import { loadFolded } from '../handle.ts';
import type { TaskRow } from '../ports/event-log.ts';
import { asTask } from '../streams.ts';
import { onAnswer } from './answer.ts';
import { cancel } from './cancel.ts';
import { createTask } from './create-task.ts';
import type { CommandCall, Intake } from './intake.ts';
import { reply } from './reply.ts';
import { taintOf } from './taint.ts';

export async function onCommand(deps: Intake, guid: string, call: CommandCall): Promise<string> {
  const note = await take(deps, guid, call);
  if (call.leftOut.length === 0) return note;
  const { name } = call.command;
  const answer = { code: 'left_out' as const, taken: name, rest: call.leftOut };
  // Where the command itself was answered already, that answer stands alone.
  return `${note}; ${await reply(deps, guid, call, answer)}`;
}

async function take(deps: Intake, guid: string, call: CommandCall): Promise<string> {
  const { name } = call.command;
  if (name === 'help') return reply(deps, guid, call, { code: 'help' });
  const last = await lastTask(deps, call);
  const row = last?.open ? last : undefined;
  switch (name) {
    case 'status':
      return reply(deps, guid, call, await statusOf(deps, last));
    case 'cancel':
      return row ? cancel(deps, guid, call, row) : decline(deps, guid, call, NOTHING);
    case 'approve':
    case 'deny':
    case 'revoke':
      return row
        ? onAnswer(deps, guid, call, row)
        : decline(deps, guid, call, { code: 'no_task', command: name });
    case 'fix':
    case 'lint':
    case 'test':
      if (row && call.isPull) return rework(deps, guid, call, row);
      if (row) return decline(deps, guid, call, { code: 'busy', task: row.id });
      if (call.isPull) return decline(deps, guid, call, { code: 'no_task', command: name });
      return createTask(deps, guid, call);
  }
}

const NOTHING: Reply = { code: 'no_task', command: 'cancel' };

/** The task that this issue or pull request belongs to, the last one where there were several. */
async function lastTask({ tasks }: Intake, call: CommandCall): Promise<TaskRow | undefined> {
  const { repository, issue, isPull } = call;
  const here = isPull ? { pull: issue } : { issue };
  return (await tasks.list({ repositoryId: repository.id, ...here, limit: 1 }))[0];
}

/**
 * Says no, unless this very delivery is why: one that was followed and could not be settled comes
 * again, and finds what it did itself.
 */
async function decline(
  deps: Intake,
  guid: string,
  call: CommandCall,
  answer: Reply,
): Promise<string> {
  const row = await lastTask(deps, call);
  if (row)
    for await (const { correlation } of deps.log.read(taskStream(row.id)))
      if (correlation.delivery === guid) return `${row.id} has it already`;
  return reply(deps, guid, call, answer);
}

async function statusOf(deps: Intake, row: TaskRow | undefined) {
  if (!row) return { code: 'no_task' as const, command: 'status' };
  const view = viewOf(row.id, asTask(await loadFolded(deps.log, taskStream(row.id))));
  const lines = view.steps.map(({ id, status, run }) => {
    const detail = run && run.state !== 'success' ? ` (${run.state})` : '';
    return `${id}: ${status}${detail}`;
  });
  return {
    code: 'status' as const,
    task: row.id,
    status: view.reason ? `${view.status}: ${view.reason}` : view.status,
    lines,
  };
}

async function rework(
  deps: Intake,
  guid: string,
  call: CommandCall,
  row: TaskRow,
): Promise<string> {
  const by = { id: call.by.id, login: call.by.login };
  const handled = await deps.handle({
    stream: taskStream(row.id),
    command: {
      type: 'rework',
      data: {
        id: guid,
        origin: 'comment',
        role: 'remediator-comment',
        instructions: call.command.text,
        by,
        target: call.target,
        check: null,
        taint: await taintOf(deps, call.repository, [{ source: 'the comment', by }]),
      },
    },
    actor: { kind: 'person', ...by },
    correlation: { delivery: guid },
  });
  if (handled.ok) return `asked ${row.id} for more`;
  const { tell, message } = handled.refusal;
  if (!tell) return message;
  const { name } = call.command;
  return decline(deps, guid, call, { code: 'refused', command: name, reasons: [message] });
}
