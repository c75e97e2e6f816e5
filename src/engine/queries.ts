/** What operators ask: the tasks there are, and one of them in full. */

import { taskStream } from '../core/stream.ts';
import { viewOf } from '../core/task/view.ts';
import type { TaskView } from '../core/view.ts';
import { loadFolded, refold } from './handle.ts';
import type { EventLog, TaskIndex, TaskQuery, TaskRow } from './ports/event-log.ts';
import { asTask, type KeptState, STATE_VERSION } from './streams.ts';
import { taskRow } from './task-row.ts';

type Stores = { log: EventLog; tasks: TaskIndex };

export const listTasks = ({ tasks }: Stores, query: TaskQuery): Promise<TaskRow[]> =>
  tasks.list(query);

/** `null` where there is no such task. */
export async function showTask({ log, tasks }: Stores, id: string): Promise<TaskView | null> {
  if (!(await tasks.find(id))) return null;
  return viewOf(id, asTask(await loadFolded(log, taskStream(id))));
}

/** Writes every projection anew from the events; returns how many streams there were. */
export async function rebuild({ log }: Pick<Stores, 'log'>): Promise<number> {
  let streams = 0;
  for await (const stream of log.streams()) {
    for (let done = false; !done; ) {
      const folded = await refold(log, stream);
      const kept: KeptState = { stateVersion: STATE_VERSION, folded };
      const outcome = await log.rebuild({
        stream,
        expected: folded.version,
        folded: kept,
        open: folded.open,
        task: stream.kind === 'task' ? taskRow(stream.id, asTask(folded)) : null,
      });
      done = outcome === 'rebuilt';
    }
    streams += 1;
  }
  return streams;
}
