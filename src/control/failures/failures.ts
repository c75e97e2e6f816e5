/** `GET /api/v1/failures`: which runs of agents failed, by what, and the latest of them. */
import { z } from 'zod';
import { FAILURE_GROUPS } from '../../engine/ports/run-failures.ts';
import { endpoint, found } from '../endpoint.ts';
import { PeriodAsked, periodOf } from '../period.ts';

const MOST_LATEST = 50;

const Time = z.iso.datetime();

const FailureRow = z.object({
  key: z.string(),
  name: z.string().nullable().describe('Of a repository: owner/name.'),
  runs: z.int().describe('The runs that ended, well or not.'),
  failed: z.int(),
  codes: z.array(z.object({ code: z.string(), runs: z.int() })).describe('The most first.'),
  lastAt: Time.describe('When the last of them failed.'),
});

const ShownFailure = z
  .object({
    task: z.string(),
    title: z.string(),
    repository: z.string().describe('owner/name'),
    run: z.string(),
    role: z.string(),
    adapter: z.string(),
    model: z.string().nullable(),
    code: z.string().describe('The class of its failure, as its event `run.finished` has it.'),
    at: Time,
  })
  .meta({ id: 'FailedRun' });

export const listFailures = endpoint(
  {
    method: 'get',
    path: '/api/v1/failures',
    tag: 'agents',
    summary: 'Which runs of agents failed, by what, and the latest of them.',
    query: z.object({
      group: z.enum(FAILURE_GROUPS).default('code').describe('What is summed up by.'),
      ...PeriodAsked.shape,
      code: z.string().min(1).max(100).optional().describe('Failures of this code; all without.'),
      role: z.string().min(1).max(100).optional().describe('Runs of this role; all without.'),
      limit: z.coerce.number().int().min(1).max(500).default(100),
    }),
    ok: z
      .object({
        group: z.enum(FAILURE_GROUPS),
        from: Time,
        to: Time.describe('The end, which is not part of it.'),
        rows: z.array(FailureRow).describe('Where some run failed: the most failures first.'),
        more: z.boolean().describe('There are more groups than `limit`.'),
        total: z.object({ runs: z.int(), failed: z.int() }).describe('Of all groups.'),
        latest: z
          .array(ShownFailure)
          .describe(`The runs that failed, the latest first: at most ${MOST_LATEST}.`),
      })
      .meta({ id: 'Failures' }),
  },
  async ({ viewer, query }, { runFailures, clock, taskPages }) => {
    const { group, limit, code = null, role = null } = query;
    const period = await periodOf(query, viewer, { now: clock.now(), taskPages });
    const asked = { ...period, code, role };
    const [{ rows, total }, latest] = await Promise.all([
      runFailures.sums(group, asked, limit + 1),
      runFailures.latest(asked, MOST_LATEST),
    ]);
    const [from, to] = [period.from.toISOString(), period.to.toISOString()];
    const more = rows.length > limit;
    return found({ group, from, to, rows: rows.slice(0, limit), more, total, latest });
  },
);
