/** What following a delivery comes down to: commands to tasks, and commands to the delivery itself. */
import type { Actor, Person } from '../../core/actor.ts';
import type { DeliveryCommand } from '../../core/delivery/decider.ts';
import { deliveryStream, type StreamRef, taskStream } from '../../core/stream.ts';
import type { TaskCommand } from '../../core/task/decide/command.ts';
import type { DataOf, TaskState } from '../../core/task/state/state.ts';
import type { Call } from '../../core/trigger.ts';
import type { Intake } from '../dependencies.ts';
import { type Handled, loadFolded } from '../handle.ts';
import type { TaskRow } from '../ports/event-log.ts';
import { asTask } from '../streams.ts';

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

/** `null`: nobody in particular, GitHub says it. */
export const actorOf = (by: Person | null): Actor =>
  by ? { kind: 'person', id: by.id, login: by.login } : GITHUB;

/** The open task that a pull request belongs to. */
export async function ofPull(
  { tasks }: Pick<Intake, 'tasks'>,
  repositoryId: number,
  pull: number,
): Promise<TaskRow | undefined> {
  return (await tasks.list({ repositoryId, pull, open: true, limit: 1 }))[0];
}

/** The task to which a move of this pull request is news: an open one, or the last, which may be tried again. */
export async function ofMovedPull(
  intake: Pick<Intake, 'tasks'>,
  repositoryId: number,
  pull: number,
): Promise<TaskRow | undefined> {
  const open = await ofPull(intake, repositoryId, pull);
  return open ?? (await intake.tasks.list({ repositoryId, pull, limit: 1 }))[0];
}

/** More tasks are hardly open in one repository; each looks again by itself as well. */
const MOST_OPEN = 500;

/** The open tasks of a repository, newest first. */
export const openTasks = (
  { tasks }: Pick<Intake, 'tasks'>,
  repositoryId: number,
): Promise<TaskRow[]> => tasks.list({ repositoryId, open: true, limit: MOST_OPEN });

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

/**
 * The task of this issue or pull request: the one that is open, or the last one. A pull request is a
 * task's own, or one that a task works on as on an issue.
 */
export async function lastTask(
  { tasks }: Pick<Intake, 'tasks'>,
  { repository, issue, isPull }: Pick<Call, 'repository' | 'issue' | 'isPull'>,
): Promise<TaskRow | undefined> {
  const places = isPull ? [{ pull: issue }, { issue }] : [{ issue }];
  const found = await Promise.all(
    places.map(place => tasks.list({ repositoryId: repository.id, ...place, limit: 1 })),
  );
  const rows = found.flat();
  return (
    rows.find(({ open }) => open) ?? rows.sort((a, b) => b.createdAt.localeCompare(a.createdAt))[0]
  );
}

/** The task of the issue or pull request, where following this delivery has done something to it before. */
export async function taskThatHas(
  intake: Pick<Intake, 'tasks' | 'log' | 'delivery'>,
  call: Pick<Call, 'repository' | 'issue' | 'isPull'>,
): Promise<TaskRow | null> {
  const row = await lastTask(intake, call);
  return row && (await hasFollowed(intake, taskStream(row.id))) ? row : null;
}

/** Whether following this delivery has added to that stream before: any event, or one of this type. */
export async function hasFollowed(
  { log, delivery }: Pick<Intake, 'log' | 'delivery'>,
  stream: StreamRef,
  added: string | null = null,
): Promise<boolean> {
  for await (const { type, correlation } of log.read(stream))
    if (correlation.delivery === delivery && (added === null || type === added)) return true;
  return false;
}

/** Whatever came of it, the same label can call again. */
export async function takeLabelOff(intake: Intake, call: Call): Promise<void> {
  if (call.label === null) return;
  const { repository, issue, label } = call;
  const use = { type: 'use_label', repository, issue, label } as const;
  await sendToDelivery(intake, use, personOf(call.by));
}

export const stateOf = async (
  { log }: Pick<Intake, 'log'>,
  row: Pick<TaskRow, 'id'>,
): Promise<TaskState> => asTask(await loadFolded(log, taskStream(row.id))).state;
