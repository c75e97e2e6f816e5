/** What an operator has a task do. It is recorded as an operator's act; processes at work follow within seconds. */
import { userInfo } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Operator } from '../../core/actor.ts';
import type { BacklogCommand } from '../../core/backlog/decider.ts';
import { taskStream } from '../../core/stream.ts';
import type { TaskCommand } from '../../core/task/decide/command.ts';
import { plain } from '../../core/text/plain-text.ts';
import { type Output, print } from '../output.ts';
import type { OpenedToSteer, Services } from '../services.ts';
import { taskId } from '../task-id.ts';

export type Steering = Extract<
  TaskCommand,
  { type: 'cancel' | 'pause' | 'resume' | 'retry' | 'unlock' }
>;

type SteerOptions = {
  task: string;
  json: boolean;
  /** The command, by whom it is given. */
  command: (by: Operator) => Steering;
  /** What it comes to, for people. */
  done: string;
  /** Of a backlog: which item is meant; null: all of it. */
  item: string | null;
};

export async function steer(
  services: Pick<Services, 'openToSteer'>,
  output: Output,
  { task, json, command, done, item }: SteerOptions,
): Promise<void> {
  const opened = await services.openToSteer();
  try {
    if (task.startsWith(BACKLOG)) {
      const backlog = task.slice(BACKLOG.length);
      const event = await steerBacklog(opened, backlog, command(operator()).type, item);
      return print(output, json, { backlog, event }, [done]);
    }
    const id = await taskId(opened, task);
    const given = command(operator());
    if (item !== null && given.type === 'cancel')
      throw new Error(
        `a task has no items: \`gatehouse cancel backlog/ID ${plain(item)}\` cancels one`,
      );
    const seq = await send(opened, id, given);
    const told = given.type === 'unlock' ? await unlocked(opened, id, seq) : done;
    print(output, json, { task: id, event: seq }, [told]);
  } finally {
    await opened.close();
  }
}

const BACKLOG = 'backlog/';

/** Returns the number of the event that says it. */
async function steerBacklog(
  { handle }: OpenedToSteer,
  id: string,
  type: Steering['type'],
  item: string | null,
): Promise<number> {
  const by = operator();
  const command = backlogCommand(type, by, item);
  const handled = await handle({ stream: { kind: 'backlog', id }, command, actor: by });
  if (!handled.ok) throw new Error(`backlog ${plain(id)}: ${handled.refusal.message}`);
  return handled.before + 1;
}

function backlogCommand(type: Steering['type'], by: Operator, item: string | null): BacklogCommand {
  switch (type) {
    case 'retry':
    case 'cancel':
      return { type, by, item };
    case 'pause':
    case 'resume':
      return { type, by };
    case 'unlock':
      throw new Error('a backlog holds no branch: name one of its tasks');
  }
}

/** By the name of their account on this machine; by its number where it has none. */
export function operator(): Operator {
  try {
    return { kind: 'operator', name: userInfo().username };
  } catch {
    return { kind: 'operator', name: `uid ${process.getuid?.() ?? 'unknown'}` };
  }
}

/** Returns the number of the event that says it. */
async function send({ handle }: OpenedToSteer, task: string, command: Steering): Promise<number> {
  const actor = command.by;
  const handled = await handle({ stream: taskStream(task), command, actor });
  if (!handled.ok) throw new Error(`task ${task}: ${handled.refusal.message}`);
  return handled.before + 1;
}

/** A process at work looks for what was forgotten every five seconds. */
const WAIT_MS = 20_000;
const LOOK_MS = 200;

/** Waits until a process at work has done it. */
async function unlocked({ log }: OpenedToSteer, task: string, after: number): Promise<string> {
  for (let waited = 0; waited < WAIT_MS; waited += LOOK_MS) {
    for await (const { type, data } of log.read(taskStream(task), after))
      if (type === 'ref.unlocked') return told(data);
    await sleep(LOOK_MS);
  }
  throw new Error(
    `task ${task}: it is asked for, and no process has done it in ${WAIT_MS / 1000} s: is \`gatehouse serve\` at work?`,
  );
}

function told({ branch, broken }: Record<string, unknown>): string {
  const freed = Array.isArray(broken)
    ? broken.map(({ lease, holder }) => `${lease} (${holder})`)
    : [];
  return freed.length === 0
    ? `Nobody held ${plain(String(branch))}: there was nothing to free.`
    : `Freed from the processes that held them: ${plain(freed.join(', '), 1_000)}`;
}
