/** The task as a decider. */
import type { Decider } from '../decider.ts';
import type { TaskCommand } from './command.ts';
import { decide } from './decide.ts';
import type { TaskEvent } from './events.ts';
import { evolve } from './evolve.ts';
import { ends, react } from './react.ts';
import { NO_TASK, type TaskState } from './state.ts';

export const task: Decider<TaskState, TaskCommand, TaskEvent> = {
  initial: NO_TASK,
  decide,
  evolve,
  react,
  ends,
};
