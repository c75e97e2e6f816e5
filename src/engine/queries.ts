/** What operators ask: the tasks there are, and one of them in full. */

import { type BacklogView, backlogView } from '../core/backlog/view.ts';
import { Digest } from '../core/decision.ts';
import type { Folded } from '../core/fold.ts';
import { streamName, taskStream } from '../core/stream.ts';
import type { TaskState } from '../core/task/state.ts';
import { viewOf } from '../core/task/view.ts';
import type { TaskView } from '../core/view.ts';
import { approvalRows } from './approval-rows.ts';
import { verdictBeside, verifyStream } from './chain.ts';
import { loadFolded, refold } from './handle.ts';
import type { EventLog, TaskIndex, TaskQuery, TaskRow } from './ports/event-log.ts';
import { runRows } from './run-rows.ts';
import { asBacklog, asTask, type KeptState, STATE_VERSION } from './streams.ts';
import { taskRow } from './task-row.ts';

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
export async function loadBacklogView(log: EventLog, id: string): Promise<BacklogView | null> {
  const folded = asBacklog(await loadFolded(log, { kind: 'backlog', id }));
  return folded.version === 0 ? null : backlogView(id, folded);
}

/** A stream whose events are not what was written: nothing is made of it. */
type BrokenStream = { stream: string; problem: string };

/**
 * Writes every projection anew from the events; returns how many streams there were. A stream whose
 * chain is broken, or whose kept head has seen more, is left as it is and named.
 */
export async function rebuild({
  log,
}: Pick<Stores, 'log'>): Promise<{ streams: number; broken: BrokenStream[] }> {
  let streams = 0;
  const broken: BrokenStream[] = [];
  for await (const stream of log.streams()) {
    // Loaded first: a stream may grow meanwhile, and never shrinks.
    const head = await log.load(stream);
    const alone = await verifyStream(log.read(stream));
    // A hash that differs means that the projection has to be rebuilt.
    const verdict = Digest.safeParse(head.hash).success ? verdictBeside(alone, head) : alone;
    if (!verdict.ok) {
      broken.push({ stream: streamName(stream), problem: verdict.problem });
      continue;
    }
    for (let done = false; !done; ) {
      const folded = await refold(log, stream);
      const kept: KeptState = { stateVersion: STATE_VERSION, folded };
      const outcome = await log.rebuild({
        stream,
        expected: folded.version,
        folded: kept,
        open: folded.open,
        task: stream.kind === 'task' ? taskRow(stream.id, asTask(folded)) : null,
        runs: stream.kind === 'task' ? runRows(stream.id, asTask(folded)) : [],
        approvals: stream.kind === 'task' ? approvalRows(stream.id, asTask(folded)) : [],
      });
      done = outcome === 'rebuilt';
    }
    streams += 1;
  }
  return { streams, broken };
}
