/** `GET /api/v1/events/stream`: which tasks and backlogs have grown, as it happens. */
import { z } from 'zod';
import { endpoint } from '../endpoint.ts';
import { eventStream } from '../event-stream.ts';

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
    return eventStream({ viewer, gone: AbortSignal.any([signal, live.closing]), stands }, write);
  },
);
