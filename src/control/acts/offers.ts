/** `GET /api/v1/tasks/{task}/acts`: what the person who asks may do to a task now, and why not. */
import { z } from 'zod';
import { ACTS, mayAct } from '../../engine/acts/act.ts';
import { loadTask } from '../../engine/queries.ts';
import { endpoint, versioned } from '../endpoint.ts';
import { NO_TASK, seenTask, TaskParams } from '../tasks/seen-task.ts';

export const listActs = endpoint(
  {
    method: 'get',
    path: '/api/v1/tasks/{task}/acts',
    tag: 'tasks',
    summary: 'What the person who asks may do to a task now, by the rules of a comment.',
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
    const { who, repositories } = viewer;
    const { state, hash } = await loadTask(services.log, row.id);
    const role = repositories.get(row.repositoryId);
    // A token acts on no task.
    const acts =
      who.kind === 'person' && role
        ? mayAct({ by: { id: who.id, login: who.login }, role, state })
        : [];
    return versioned(`${hash} ${JSON.stringify(acts)}`, () => ({ acts }));
  },
);
