/** What operators ask: the tasks there are, and one of them in full. */

import type { BacklogState } from '../../core/backlog/state.ts';
import type { Folded } from '../../core/fold.ts';
import { taskStream } from '../../core/stream.ts';
import type { TaskState } from '../../core/task/state/state.ts';
import { viewOf } from '../../core/task/views/view.ts';
import type { TaskView } from '../../core/view.ts';
import { loadFolded } from '../handle.ts';
import type { EventLog, TaskIndex, TaskQuery, TaskRow } from '../ports/event-log.ts';
import { asBacklog, asTask } from '../streams.ts';

type Stores = { log: EventLog; tasks: TaskIndex };

export const listTasks = ({ tasks }: Stores, query: TaskQuery): Promise<TaskRow[]> =>
  tasks.list(query);

/** `null` where there is no such task. */
export async function showTask({ log, tasks }: Stores, id: string): Promise<TaskView | null> {
  if (!(await tasks.find(id))) return null;
  return viewOf(id, await loadTask(log, id));
}

/** The state of a task that is there. */
export const loadTask = async (log: EventLog, id: string): Promise<Folded<TaskState>> =>
  asTask(await loadFolded(log, taskStream(id)));

/** `null` where there is no such backlog. */
export async function loadBacklog(log: EventLog, id: string): Promise<Folded<BacklogState> | null> {
  const folded = asBacklog(await loadFolded(log, { kind: 'backlog', id }));
  return folded.state.created === null ? null : folded;
}
