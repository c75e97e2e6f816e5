/** `GET /api/v1/queue/jobs`: what is to be done, by task and by state. */
import { z } from 'zod';
import { StreamKind, streamName } from '../../core/stream.ts';
import { JOB_STATES } from '../../engine/ports/queue-health.ts';
import { endpoint, found, refused } from '../endpoint.ts';
import { notOperator } from '../operators.ts';

export const listJobs = endpoint(
  {
    method: 'get',
    path: '/api/v1/queue/jobs',
    tag: 'diagnostics',
    summary: 'The jobs of the queue, what has been due for longest first.',
    query: z.object({
      task: z.string().min(1).max(200).optional().describe('The id of a task; all without.'),
      state: z.enum(JOB_STATES).optional(),
      limit: z.coerce.number().int().min(1).max(500).default(100),
    }),
    ok: z
      .object({
        jobs: z.array(
          z.object({
            stream: z.string().describe('kind/id, such as task/42-1-0a1b2c3d.'),
            kind: StreamKind,
            id: z.string(),
            key: z.string(),
            state: z.enum(JOB_STATES),
            dueAt: z.iso.datetime(),
            worker: z.string().nullable().describe('The process that performs it.'),
            failures: z.int(),
          }),
        ),
        more: z.boolean(),
      })
      .meta({ id: 'Jobs' }),
  },
  async ({ viewer, query }, { queueHealth }) => {
    const problem = notOperator(viewer);
    if (problem) return refused(problem);
    const { task = null, state = null, limit } = query;
    const rows = await queueHealth.jobs({ task, state, limit: limit + 1 });
    const jobs = rows.slice(0, limit).map(({ stream, ...job }) => ({
      stream: streamName(stream),
      ...stream,
      ...job,
    }));
    return found({ jobs, more: rows.length > limit });
  },
);
