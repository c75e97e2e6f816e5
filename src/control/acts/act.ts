/** `POST /api/v1/tasks/{task}/acts`: a person acts on a task. */
import { z } from 'zod';
import { act } from '../../engine/acts/act.ts';
import { endpoint, found, refused } from '../endpoint.ts';
import { NO_TASK, seenTask, TaskParams } from '../tasks/seen-task.ts';
import { problemOf } from './act-problem.ts';
import { peopleAlone } from './offered.ts';

export const SeenDigest = z
  .string()
  .regex(/^sha256:[0-9a-f]{64}$/)
  .describe('Of the request that was shown: another one is not answered.');
/** As much as GitHub takes of a comment. */
export const ActText = z.string().max(65_536);

const ActBody = z
  .discriminatedUnion('act', [
    z.strictObject({ act: z.literal('approve'), digest: SeenDigest }),
    z.strictObject({ act: z.literal('deny'), digest: SeenDigest, reason: ActText.default('') }),
    z.strictObject({ act: z.literal('revoke') }).describe('Takes back what the person approved.'),
    z
      .strictObject({ act: z.enum(['put_aside', 'take_up']), approval: z.string().max(100) })
      .describe('"Not now", of this person alone: it decides nothing.'),
    z.strictObject({ act: z.enum(['cancel', 'pause', 'resume']) }),
    z
      .strictObject({ act: z.literal('unlock') })
      .describe(
        'Asks policy to free the branch from a process that is stuck: `ref.unlocked` says that it is.',
      ),
    z
      .strictObject({ act: z.literal('retry'), says: ActText.default('') })
      .describe('Tries again what failed, or answers what the task asks.'),
    z
      .strictObject({ act: z.literal('override'), says: ActText.default('') })
      .describe("Publishes the work as it is, though an agent's review blocks it; `says`: why."),
  ])
  .meta({ id: 'Act' });

export const actOnTask = endpoint(
  {
    method: 'post',
    path: '/api/v1/tasks/{task}/acts',
    tag: 'tasks',
    summary: 'Act on a task, by the rules of the same command in a comment.',
    params: TaskParams,
    body: ActBody,
    ok: z
      .object({ task: z.string(), event: z.int().describe('The event that says so.') })
      .meta({ id: 'Acted' }),
  },
  async ({ viewer, params, body }, services) => {
    const { who } = viewer;
    if (who.kind !== 'person') return refused(peopleAlone(who));
    const row = await seenTask(services, viewer, params.task);
    if (row === null) return NO_TASK;
    const outcome = await act(services, { by: who, task: row.id, act: body });
    return outcome.ok ? found({ task: row.id, event: outcome.event }) : refused(problemOf(outcome));
  },
);
