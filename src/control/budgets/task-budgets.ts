/** `GET /api/v1/tasks/{task}/budgets`: how the caps of a task stand, of its last run and of all work on its issue. */
import { z } from 'zod';
import { standingsOfTask } from '../../engine/spending/standing.ts';
import { endpoint, found } from '../endpoint.ts';
import { NO_TASK, seenTask, TaskParams } from '../tasks/seen-task.ts';
import { ShownUnit } from './shown-unit.ts';

export const showTaskBudgets = endpoint(
  {
    method: 'get',
    path: '/api/v1/tasks/{task}/budgets',
    tag: 'budgets',
    summary: 'How the caps of a task stand, of its last run and of all work on the same issue.',
    params: TaskParams,
    ok: z
      .object({
        scopes: z
          .array(
            z.object({
              kind: z.enum(['run', 'task', 'lineage']),
              of: z.string().describe('Such as `of this task`.'),
              run: z.string().nullable(),
              units: z.array(ShownUnit),
            }),
          )
          .describe('None where nothing has run yet.'),
      })
      .meta({ id: 'TaskBudgets' }),
  },
  async ({ viewer, params }, services) => {
    const row = await seenTask(services, viewer, params.task);
    if (row === null) return NO_TASK;
    return found({ scopes: await standingsOfTask(services, row.id) });
  },
);
