/** `POST /api/v1/tasks`: starts a task for another system; the same as `POST /hooks/tasks`. */
import { z } from 'zod';
import { TaskCall } from '../../core/call.ts';
import { takeCall } from '../../engine/intake/call.ts';
import { endpoint, refused } from '../endpoint.ts';
import { forbidden } from '../faults.ts';
import { submitCall } from '../submit-call.ts';

const PEOPLE_WRITE = forbidden(
  'A call is made with a machine token.',
  'Write the command on GitHub, or have a token made by `gatehouse token create`.',
);

export const submitTask = endpoint(
  {
    method: 'post',
    path: '/api/v1/tasks',
    tag: 'tasks',
    summary:
      'Start a task. The same call with the same key (`key`, or `Idempotency-Key`) makes one task, however often it is sent.',
    body: TaskCall.meta({ id: 'TaskCall' }),
    ok: z
      .object({
        task: z.string(),
        outcome: z.enum(['created', 'repeated', 'resumed']),
        url: z.string(),
      })
      .meta({ id: 'SubmittedTask' }),
  },
  async ({ token, body, header }, services) => {
    if (token === null) return refused(PEOPLE_WRITE);
    const submitted = await submitCall((call, by) => takeCall(services, call, by), {
      call: body,
      keyHeader: header('idempotency-key'),
      token,
    });
    if (!submitted.ok) return submitted;
    const { task, outcome } = submitted;
    services.logger.info({ task, token: token.id, outcome }, 'a call was taken');
    const url = `/api/v1/tasks/${task}`;
    const status = outcome === 'created' ? 201 : 200;
    const value = { task, outcome, url };
    return { ok: true, status, headers: { location: url }, etag: null, value };
  },
);
