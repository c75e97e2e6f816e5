/** `GET /api/v1/diagnostics`: GitHub's limits, what came of deliveries, what failed last, and schedules. */
import { z } from 'zod';
import { REQUEST_CLASSES } from '../../core/request-class.ts';
import { limitStates } from '../../engine/diagnostics/limits.ts';
import { endpoint, found, refused } from '../endpoint.ts';
import { notOperator } from '../operators.ts';

const Time = z.iso.datetime();
const DAY_MS = 86_400_000;
const LATEST = 50;

const Limit = z
  .object({
    installation: z.int(),
    resource: z.enum(['core', 'graphql']),
    left: z
      .object({ limit: z.int(), remaining: z.int(), resetAt: Time })
      .nullable()
      .describe('null: GitHub has told nothing in this hour.'),
    silentUntil: Time.nullable().describe('GitHub asks for silence until then.'),
    waiting: z.array(z.enum(REQUEST_CLASSES)).describe('The kinds of requests that wait.'),
    says: z.array(z.string()),
  })
  .meta({ id: 'Limit' });

export const showDiagnostics = endpoint(
  {
    method: 'get',
    path: '/api/v1/diagnostics',
    tag: 'diagnostics',
    summary: "GitHub's limits, deliveries, the last failures and schedules.",
    ok: z
      .object({
        limits: z.array(Limit),
        deliveries: z
          .object({
            since: Time,
            byWebhook: z.int(),
            fromLog: z.int().describe("Lost on the way, and fetched from the App's log."),
            bySearch: z.int().describe('No delivery brought them; they were found by looking.'),
            failed: z.int(),
            waiting: z.int(),
          })
          .describe('Of the last day.'),
        failedDeliveries: z
          .array(
            z.object({ guid: z.string(), event: z.string(), receivedAt: Time, note: z.string() }),
          )
          .describe('The last that could not be followed or answered, with the reason.'),
        schedules: z.array(
          z.object({
            repository: z.string(),
            name: z.string(),
            nextAt: Time,
            lastAt: Time.nullable(),
            note: z.string().nullable().describe('What came of it last.'),
          }),
        ),
      })
      .meta({ id: 'Diagnostics' }),
  },
  async ({ viewer }, services) => {
    const problem = notOperator(viewer);
    if (problem) return refused(problem);
    const { deliveries, schedules, clock } = services;
    const since = new Date(clock.now().getTime() - DAY_MS);
    const counts = await deliveries.counts(since);
    return found({
      limits: await limitStates(services),
      deliveries: { since: since.toISOString(), ...counts },
      failedDeliveries: await deliveries.failed(LATEST),
      schedules: (await schedules.list())
        .slice(0, 500)
        .map(({ repository, name, nextAt, lastAt, note }) => ({
          repository: `${repository.owner}/${repository.name}`,
          name,
          nextAt: nextAt.toISOString(),
          lastAt: lastAt?.toISOString() ?? null,
          note,
        })),
    });
  },
);
