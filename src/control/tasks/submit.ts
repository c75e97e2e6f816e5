/**
 * `POST /api/v1/tasks`: starts a task, for another system as `POST /hooks/tasks` does, or for a person who is
 * signed in.
 */
import { z } from 'zod';
import { hasRole } from '../../core/actor.ts';
import { TaskCall } from '../../core/call.ts';
import { takeCall } from '../../engine/intake/calls/call.ts';
import { takePersonCall } from '../../engine/intake/calls/person-call.ts';
import { endpoint, refused } from '../endpoint.ts';
import { forbidden, TOO_SLOW } from '../faults.ts';
import type { HttpProblem } from '../problem.ts';
import { callerOf, submitCall, type TakeCall } from '../submit-call.ts';
import { type Viewer, viewerName } from '../viewer.ts';

/** An operator is nobody whom GitHub knows, so that nobody would answer for the task. */
const NOBODY_STARTS = forbidden(
  'Only people whom GitHub knows, and machine tokens, start tasks here.',
  'Sign in with GitHub, or use `gatehouse submit` on the machine.',
);

const NOWHERE = forbidden(
  'There is no repository here that you may write to.',
  'Ask whoever administers a repository on which the App is installed for write access.',
);

/** `null`: somewhere they may. What a token may start is written in it. */
export function mayNotStartTasks({ who, repositories }: Viewer): HttpProblem | null {
  if (who.kind === 'token') return null;
  if (who.kind === 'operator') return NOBODY_STARTS;
  return repositories.values().some(role => hasRole(role, 'write')) ? null : NOWHERE;
}

/** A first fetch of a large repository takes longer than an answer may, and goes on. */
const MAY_HAVE_BEGUN: HttpProblem = {
  ...TOO_SLOW,
  message: 'This takes longer than an answer may: the task may begin yet, or has begun.',
  next: 'Send the same again with the same key, as the console does: it makes one task, and is answered with that. Without a key, look among the tasks first.',
};

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
    tooSlow: MAY_HAVE_BEGUN,
  },
  async ({ viewer, token, body, header }, services) => {
    const { who, repositories } = viewer;
    const sees = ({ id }: { id: number }) => repositories.has(id);
    const take: TakeCall | null = token
      ? key => takeCall(services, body, { caller: callerOf(token), key })
      : who.kind === 'person'
        ? key => takePersonCall(services, body, { by: who, sees, key })
        : null;
    if (take === null) return refused(NOBODY_STARTS);
    const keyHeader = header('idempotency-key');
    const submitted = await submitCall({ call: body, keyHeader }, take);
    if (!submitted.ok) return submitted;
    const { task, outcome } = submitted;
    services.logger.info({ task, by: viewerName(viewer), outcome }, 'a call was taken');
    const url = `/api/v1/tasks/${task}`;
    const status = outcome === 'created' ? 201 : 200;
    const value = { task, outcome, url };
    return { ok: true, status, headers: { location: url }, etag: null, value };
  },
);
