/** What taking in a delivery works with. */
import type { Trigger } from '../../core/trigger.ts';
import type { Dependencies } from '../dependencies.ts';
import type { Handle } from '../handle.ts';
import type { TaskRow } from '../ports/event-log.ts';

/** Somebody asks for something. */
export type CommandCall = Extract<Trigger, { kind: 'command' }>;

export type Intake = Dependencies & { handle: Handle };

/** The open task that a pull request belongs to. */
export async function ofPull(
  { tasks }: Pick<Intake, 'tasks'>,
  repositoryId: number,
  pull: number,
): Promise<TaskRow | undefined> {
  return (await tasks.list({ repositoryId, pull, open: true, limit: 1 }))[0];
}
