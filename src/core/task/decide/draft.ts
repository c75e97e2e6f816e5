/** The draft of one decision on a task: the events so far, and the state after them. */
import { type Circumstance, type Draft, draft } from '../../decider.ts';
import type { TaskEvent } from '../events/events.ts';
import { evolve } from '../evolve/evolve.ts';
import type { TaskState } from '../state/state.ts';

export type TaskDraft = Draft<TaskState, TaskEvent> & {
  /** The key of the effect whose outcome is decided on; null where it is none's. */
  readonly effect: string | null;
};

export const draftOf = (state: TaskState, { now, effect }: Circumstance): TaskDraft =>
  Object.assign(draft(evolve, state, now), { effect: effect?.key ?? null });
