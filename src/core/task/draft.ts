/** The draft of one decision on a task: the events so far, and the state after them. */
import { type Draft, draft } from '../decider.ts';
import type { TaskEvent } from './events.ts';
import { evolve } from './evolve.ts';
import type { TaskState } from './state.ts';

export type TaskDraft = Draft<TaskState, TaskEvent>;

export const draftOf = (state: TaskState, now: string): TaskDraft => draft(evolve, state, now);
