/** What following a delivery comes down to: commands to tasks, and commands to the delivery itself. */
import type { Actor, Person } from '../../core/actor.ts';
import { COMMANDS } from '../../core/commands.ts';
import type { DeliveryCommand } from '../../core/delivery/decider.ts';
import { callersStream, deliveryStream, taskStream } from '../../core/stream.ts';
import type { TaskCommand } from '../../core/task/command.ts';
import type { DataOf } from '../../core/task/state.ts';
import type { AskedCommand } from '../../core/trigger.ts';
import type { Intake } from '../dependencies.ts';
import type { Handled } from '../handle.ts';
import type { TaskRow } from '../ports/event-log.ts';

export const GITHUB: Actor = { kind: 'github' };

/** The id and the login alone: what events keep of a person. */
export const personOf = ({ id, login }: Person): Person => ({ id, login });

export const sendToTask = (
  { handle, delivery }: Pick<Intake, 'handle' | 'delivery'>,
  task: string,
  command: TaskCommand,
  by: Person | null,
): Promise<Handled> =>
  handle({ stream: taskStream(task), command, actor: actorOf(by), correlation: { delivery } });

export const sendToDelivery = (
  { handle, delivery }: Pick<Intake, 'handle' | 'delivery'>,
  command: DeliveryCommand,
  by: Person | null,
): Promise<Handled> =>
  handle({
    stream: deliveryStream(delivery),
    command,
    actor: actorOf(by),
    correlation: { delivery },
  });

/** Whoever lacks the role that a command takes is answered together with all others of that hour. */
export async function turnAway(
  intake: Pick<Intake, 'handle' | 'delivery' | 'now'>,
  call: Pick<AskedCommand, 'repository' | 'issue' | 'by' | 'target' | 'command'>,
): Promise<string> {
  const { repository, issue, target, command } = call;
  const by = personOf(call.by);
  const handled = await intake.handle({
    stream: callersStream(repository.id, issue, await intake.now()),
    command: {
      type: 'turn_away',
      data: { repository, by, target, command: command.name, needs: COMMANDS[command.name].role },
    },
    actor: actorOf(by),
    correlation: { delivery: intake.delivery },
  });
  return handled.ok ? `turned ${by.login} away` : handled.refusal.message;
}

/** `null`: nobody in particular, GitHub says it. */
const actorOf = (by: Person | null): Actor =>
  by ? { kind: 'person', id: by.id, login: by.login } : GITHUB;

/** The open task that a pull request belongs to. */
export async function ofPull(
  { tasks }: Pick<Intake, 'tasks'>,
  repositoryId: number,
  pull: number,
): Promise<TaskRow | undefined> {
  return (await tasks.list({ repositoryId, pull, open: true, limit: 1 }))[0];
}

/** Says to a task that something about its pull request is new. Returns what came of it, in words. */
export async function signal(
  intake: Intake,
  row: TaskRow | undefined,
  data: DataOf<'pull.signaled'>,
): Promise<string> {
  if (!row) return 'no task of ours';
  const handled = await sendToTask(intake, row.id, { type: 'signal', data }, null);
  return handled.ok ? `signaled ${row.id}` : handled.refusal.message;
}
