/** The context of a task, which every function that works on the task gets. */
import type { Effect } from '../core/effect.ts';
import type { Folded } from '../core/fold.ts';
import type { StreamRef } from '../core/stream.ts';
import type { TaskState } from '../core/task/state/state.ts';
import type { WorkerDependencies } from './dependencies.ts';
import type { LeaseGuard } from './lease-guard.ts';

export type TaskContext = {
  deps: WorkerDependencies;
  /** The task's id. */
  task: string;
  folded: Folded<TaskState>;
  guard: LeaseGuard;
};

type OfKind<K extends Effect['kind']> = Extract<Effect, { kind: K }>;

/** A task's effect that is performed. */
export type TaskEffect<K extends Effect['kind']> = TaskContext & { effect: OfKind<K> };

/** An effect of any stream that is performed. */
export type StreamEffect<K extends Effect['kind']> = Pick<TaskContext, 'deps' | 'guard'> & {
  stream: StreamRef;
  effect: OfKind<K>;
};
