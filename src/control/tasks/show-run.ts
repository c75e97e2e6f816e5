/** `GET …/runs/{run}`: one run of a task. */
import { viewOf } from '../../core/task/views/view.ts';
import { canonical } from '../../engine/chain.ts';
import { loadTask } from '../../engine/queries/queries.ts';
import { endpoint, versioned } from '../endpoint.ts';
import { NO_RUN, NO_TASK, RunParams, seenTask } from './seen-task.ts';
import { RunSummary, runSummary } from './shown-run.ts';

export const showRun = endpoint(
  {
    method: 'get',
    path: '/api/v1/tasks/{task}/runs/{run}',
    tag: 'runs',
    summary: 'One run of a task.',
    params: RunParams,
    ok: RunSummary,
  },
  async ({ viewer, params }, services) => {
    const row = await seenTask(services, viewer, params.task);
    if (row === null) return NO_TASK;
    const { runs } = viewOf(row.id, await loadTask(services.log, row.id));
    const run = runs.find(each => each.run === params.run);
    if (run === undefined) return NO_RUN;
    const shown = runSummary(run);
    return versioned(canonical(shown), () => shown);
  },
);
