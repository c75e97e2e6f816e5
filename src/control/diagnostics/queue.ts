/** `GET /api/v1/queue`: what is ready, running, delayed and stalled, and who works. */
import { z } from 'zod';
import { queueState } from '../../engine/diagnostics/queue.ts';
import { endpoint, found, refused } from '../endpoint.ts';
import { notOperator } from '../operators.ts';

const ShownWorker = z
  .object({
    name: z.string(),
    labels: z.array(z.string()),
    agents: z.array(z.object({ adapter: z.string(), version: z.string() })),
    silentMs: z.int().describe('Since its last report.'),
    state: z
      .enum(['working', 'silent', 'lost'])
      .describe('silent: it missed reports. lost: others do its work by now.'),
  })
  .meta({ id: 'Worker' });

export const showQueue = endpoint(
  {
    method: 'get',
    path: '/api/v1/queue',
    tag: 'diagnostics',
    summary: 'The health of the queue, and the workers.',
    ok: z
      .object({
        jobs: z.object({
          ready: z.int(),
          running: z.int(),
          delayed: z.int(),
          stalled: z.int().describe('Due for more than a minute, and nobody performs it.'),
        }),
        oldestReadyMs: z.int().nullable().describe('null: nothing is ready.'),
        deliveriesWaiting: z.int().describe('Not followed yet, at most a thousand.'),
        workers: z.array(ShownWorker),
      })
      .meta({ id: 'Queue' }),
  },
  async ({ viewer }, services) => {
    const problem = notOperator(viewer);
    return problem ? refused(problem) : found(await queueState(services));
  },
);
