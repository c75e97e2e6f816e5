/** What one stream tells another. Streams affect each other by nothing else. */
import { z } from 'zod';
import type { Origin } from './origin.ts';
import { type StreamRef, taskStream } from './stream.ts';

/** A task has ended. `at`: its event that says so; one that is tried again ends again, later. */
export const TaskEnd = z.strictObject({
  task: z.string(),
  at: z.number().int(),
  outcome: z.enum(['success', 'failure', 'canceled', 'refused']),
  reason: z.string(),
  /** Its pull request, and the commit that it was merged as. */
  pull: z.number().int().nullable(),
  commit: z.string().nullable(),
});
export type TaskEnd = z.infer<typeof TaskEnd>;

/** A kind of stream that can be told is a kind here, and has a row in `engine/perform/tell.ts`. */
export type StreamTold = StreamRef & { kind: 'task' | 'backlog' };

/** Who is told of the end of a task that comes from there; `null`: nobody. */
export function listenerOf(origin: Origin): StreamTold | null {
  if (origin.kind === 'backlog') return { kind: 'backlog', id: origin.backlog };
  return origin.kind === 'hook' ? taskStream(origin.task) : null;
}
