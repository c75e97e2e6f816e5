/** Whether anything can be done in the task's repository, as far as the last event says. */
import { isShutOut, type ShutOut } from '../../shut-out.ts';
import type { TaskEvent } from '../events/events.ts';

/** Null: whatever else happens shows that something is done there again. */
export const shutOutBy = (event: TaskEvent): ShutOut | null =>
  event.type === 'effect.failed' && isShutOut(event.data.class) ? event.data.class : null;
