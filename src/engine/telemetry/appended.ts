/** An event of a task in its present version, and when it was appended. */
import type { StoredEvent } from '../../core/event.ts';
import type { TaskEvent } from '../../core/task/events/events.ts';
import { parseEvent } from '../streams.ts';

/** `at`: milliseconds since 1970. */
export type Appended = { seq: number; at: number; event: TaskEvent };

export const appendedOf = (stored: StoredEvent): Appended => ({
  seq: stored.seq,
  at: Date.parse(stored.at),
  // Of a task's stream, the schema is that of a task's events.
  event: parseEvent(stored) as TaskEvent,
});
