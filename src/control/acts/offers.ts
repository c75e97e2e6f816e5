/** `GET /api/v1/tasks/{task}/acts`: what whoever asks may do to a task now, and why not the rest. */
import { z } from 'zod';
import { ACTS } from '../../engine/acts/act.ts';
import { loadTask } from '../../engine/queries/queries.ts';
import { endpoint, versioned } from '../endpoint.ts';
import { NO_TASK, seenTask, TaskParams } from '../tasks/seen-task.ts';
import { offered } from './offered.ts';

export const listActs = endpoint(
  {
    method: 'get',
    path: '/api/v1/tasks/{task}/acts',
    tag: 'tasks',
    summary: 'What whoever asks may do to a task now, by the rules of a comment.',
    params: TaskParams,
    ok: z
      .object({
        acts: z.array(
          z.object({
            act: z.enum(ACTS),
            because: z.string().nullable().describe('Why they can not; null: they can.'),
          }),
        ),
      })
      .meta({ id: 'ActOffers' }),
  },
  async ({ viewer, params }, services) => {
    const row = await seenTask(services, viewer, params.task);
    if (row === null) return NO_TASK;
    const { state, hash } = await loadTask(services.log, row.id);
    const acts = offered(services, viewer, { row, state, request: null });
    return versioned(`${hash} ${JSON.stringify(acts)}`, () => ({ acts }));
  },
);
