/** The task as a decider. */
import type { Decider, Stamp } from '../decider.ts';
import type { TaskCommand } from './decide/command.ts';
import { decide } from './decide/decide.ts';
import type { TaskEvent } from './events/events.ts';
import { evolve } from './evolve/evolve.ts';
import { ends, react } from './react/react.ts';
import { NO_TASK, type TaskState } from './state/state.ts';
import { turnOf } from './views/waits-on.ts';

export const task: Decider<TaskState, TaskCommand, TaskEvent> = {
  initial: NO_TASK,
  decide,
  evolve: (before, event, stamp) => withTurn(before, evolve(before, event, stamp), stamp),
  react,
  ends,
};

/** The turn lasts from the event that made it somebody's. */
function withTurn(before: TaskState, after: TaskState, { at }: Stamp): TaskState {
  const { on } = turnOf(after);
  if (on === before.turn.on && before.status !== 'absent') return after;
  return { ...after, turn: { on, since: at } };
}
