/** `GET /api/v1/tasks/{task}`: one task, as its last event left it. */
import { viewOf } from '../../core/task/views/view.ts';
import { canonical } from '../../engine/chain.ts';
import { loadTask } from '../../engine/queries/queries.ts';
import { traceOf } from '../../engine/trace-id.ts';
import { endpoint, versioned } from '../endpoint.ts';
import { NO_TASK, seenTask, TaskParams } from './seen-task.ts';
import { shownTask, Task } from './shown-task.ts';

export const showTask = endpoint(
  {
    method: 'get',
    path: '/api/v1/tasks/{task}',
    tag: 'tasks',
    summary: 'One task in full.',
    params: TaskParams,
    ok: Task,
  },
  async ({ viewer, params }, services) => {
    const { log, runOutput, settings } = services;
    const row = await seenTask(services, viewer, params.task);
    if (row === null) return NO_TASK;
    const folded = await loadTask(log, row.id);
    // What an agent does while it works is no event.
    const works = folded.state.runs.some(({ state }) => state === 'running');
    const progress: Awaited<ReturnType<typeof runOutput.progress>> = works
      ? await runOutput.progress(row.id)
      : new Map();
    const { version: event, hash } = folded;
    const asOf = { event, hash };
    const trace = traceOf(row.id, settings);
    return versioned(`${hash} ${canonical([...progress])}`, () =>
      shownTask(viewOf(row.id, folded), { asOf, trace, web: settings.web }, progress),
    );
  },
);
