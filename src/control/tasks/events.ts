/** `GET /api/v1/tasks/{task}/events`: what happened, forwards or from the last event backwards. */
import { z } from 'zod';
import { Actor, Correlation } from '../../core/actor.ts';
import { Settles } from '../../core/event.ts';
import { taskStream } from '../../core/stream.ts';
import { endpoint, refused, versioned } from '../endpoint.ts';
import { NO_TASK, seenTask, TaskParams } from './seen-task.ts';

const Position = z.coerce.number().int().min(0).max(2_147_483_647);

/** As it is stored: its hash covers all of it. */
export const ShownEvent = z
  .object({
    seq: z.int(),
    at: z.iso.datetime(),
    type: z.string(),
    v: z.int(),
    data: z.record(z.string(), z.unknown()),
    actor: Actor,
    correlation: Correlation,
    settles: Settles.nullable(),
    prev: z.string(),
    hash: z.string(),
  })
  .meta({ id: 'Event' });

export const listEvents = endpoint(
  {
    method: 'get',
    path: '/api/v1/tasks/{task}/events',
    tag: 'tasks',
    summary: 'The events of a task, in order or newest first.',
    params: TaskParams,
    query: z.object({
      after: Position.optional().describe('Those with higher numbers, in order.'),
      before: Position.optional().describe(
        'Those with lower numbers, newest first. Without either, the newest come first.',
      ),
      limit: z.coerce.number().int().min(1).max(500).default(100),
    }),
    ok: z
      .object({
        events: z.array(ShownEvent),
        more: z.boolean().describe('Whether there are others in that direction.'),
      })
      .meta({ id: 'EventPage' }),
  },
  async ({ viewer, params, query }, services) => {
    const { after, before, limit } = query;
    if (after !== undefined && before !== undefined) return refused(BOTH_WAYS);
    const row = await seenTask(services, viewer, params.task);
    if (row === null) return NO_TASK;
    const from = after === undefined ? { before: before ?? 2_147_483_647 } : { after };
    const read = await services.eventPages.page(taskStream(row.id), from, limit + 1);
    const events = read.slice(0, limit).map(({ stream: _, ...event }) => event);
    const more = read.length > limit;
    // An event never changes: the first and the last say which there are.
    const version = JSON.stringify([events.length, events[0]?.hash, events.at(-1)?.hash, more]);
    return versioned(version, () => ({ events, more }));
  },
);

const BOTH_WAYS = {
  status: 422,
  title: 'The request is not valid',
  code: 'invalid',
  message: 'Events are read in one direction at a time.',
  next: 'Send either `after` or `before`.',
  errors: [{ pointer: '/query/after', detail: 'stands beside `before`' }],
};
