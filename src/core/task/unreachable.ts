/** Whether GitHub lets us into the task's repository, as far as the last event says. */
import { NOT_INSTALLED } from '../failed-effect.ts';
import type { TaskEvent } from './events.ts';

/** Whatever else happens shows that something is done there again. */
export const tellsUnreachable = (event: TaskEvent): boolean =>
  event.type === 'effect.failed' && event.data.class === NOT_INSTALLED;
