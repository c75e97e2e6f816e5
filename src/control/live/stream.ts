/** `GET /api/v1/events/stream`: which tasks and backlogs have grown, as it happens. */
import { z } from 'zod';
import { endpoint, refused } from '../endpoint.ts';
import { eventStream } from '../event-stream.ts';
import type { HttpProblem } from '../problem.ts';

const TOO_MANY: HttpProblem = {
  status: 429,
  title: 'Too Many Requests',
  code: 'too_many_streams',
  message: 'Too many pages are followed at once.',
  next: 'Close some of them, or ask for what changed every so often.',
  headers: { 'retry-after': '30' },
};

export const followEvents = endpoint(
  {
    method: 'get',
    path: '/api/v1/events/stream',
    tag: 'events',
    summary: 'Hints about what has changed, as server-sent events.',
    media: 'text/event-stream',
    ok: z
      .string()
      .describe(
        '`changed` with {kind, id, version, repository}: load it anew. `missed`: load everything anew. With `Last-Event-ID` the stream goes on after that event.',
      ),
  },
  async ({ viewer, header, signal, stands }, { live }) => {
    await live.listening();
    const write = live.open(viewer, header('last-event-id'));
    if (write === null) return refused(TOO_MANY);
    return eventStream({ gone: AbortSignal.any([signal, live.closing]), stands }, write);
  },
);
