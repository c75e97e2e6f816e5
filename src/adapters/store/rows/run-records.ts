/** The records of agents' runs, one row each. */
import type pg from 'pg';
import type { RunRecord } from '../../../core/run-record.ts';
import { FailureClass } from '../../../core/task/events/run.ts';
import { WorkRejection } from '../../../core/task/work/rejection.ts';
import type { RecordSum, RunRecords, RunRow } from '../../../engine/ports/run-records.ts';
import type { PrismaClient, RunRecord as Row } from '../generated/client.ts';

export function createRunRecords(prisma: PrismaClient, pool: pg.Pool): RunRecords {
  return {
    async sums({ repositories, since, byRepository }, limit) {
      const values = [repositories, since, byRepository, limit];
      const { rows } = await pool.query<SumRow>(SUMS, values);
      return rows.map(toSum);
    },
    async ofRole(role, limit) {
      const rows = await prisma.runRecord.findMany({
        where: { role },
        orderBy: { endedAt: 'desc' },
        take: limit,
      });
      return rows.map(toRecord);
    },
    async since(from, limit) {
      const rows = await prisma.runRecord.findMany({
        where: { endedAt: { gte: from } },
        orderBy: { endedAt: 'desc' },
        take: limit,
      });
      return rows.map(toRecord);
    },
  };
}

/** $3: by repository, named as its latest task has it. */
const SUMS = `
WITH found AS (
  SELECT *, outcome = 'success' AND rejected IS NULL AS stood
  FROM run_records
  WHERE ($1::bigint[] IS NULL OR repository_id = ANY($1)) AND ended_at >= $2
), sums AS (
  SELECT role, adapter, model, provider, CASE WHEN $3 THEN repository_id END AS repository_id,
    count(*)::int AS runs, count(*) FILTER (WHERE stood)::int AS succeeded,
    percentile_disc(0.5) WITHIN GROUP (ORDER BY ms) FILTER (WHERE stood) AS median_ms,
    sum(tokens) AS tokens, coalesce(sum(nano_usd), 0) AS nano_usd,
    count(*) FILTER (WHERE nano_usd IS NULL)::int AS unpriced_runs,
    coalesce(sum(denied), 0)::int AS denied, coalesce(sum(interventions), 0)::int AS interventions,
    coalesce(sum(asked), 0)::int AS asked, count(asked)::int AS asked_of, max(ended_at) AS last_at,
    array_agg(coalesce(rejected, class)) FILTER (WHERE NOT stood AND coalesce(rejected, class) IS NOT NULL) AS classes
  FROM found
  GROUP BY role, adapter, model, provider, CASE WHEN $3 THEN repository_id END
  ORDER BY runs DESC, role, adapter, model, repository_id LIMIT $4
)
SELECT sums.*, (SELECT repository FROM tasks t WHERE t.repository_id = sums.repository_id
  ORDER BY created_at DESC, id DESC LIMIT 1) AS repository
FROM sums ORDER BY runs DESC, role, adapter, model, repository_id`;

type SumRow = Pick<
  RecordSum,
  | 'role'
  | 'adapter'
  | 'model'
  | 'provider'
  | 'runs'
  | 'succeeded'
  | 'denied'
  | 'interventions'
  | 'asked'
> & {
  repository_id: string | null;
  repository: string | null;
  median_ms: string | null;
  tokens: string;
  nano_usd: string;
  unpriced_runs: number;
  asked_of: number;
  last_at: Date;
  classes: string[] | null;
};

const toSum = ({
  role,
  adapter,
  model,
  provider,
  runs,
  succeeded,
  denied,
  interventions,
  asked,
  ...row
}: SumRow): RecordSum => ({
  role,
  adapter,
  model,
  provider,
  repository:
    row.repository_id === null || row.repository === null
      ? null
      : { id: Number(row.repository_id), name: row.repository },
  runs,
  succeeded,
  medianMs: row.median_ms === null ? null : Number(row.median_ms),
  tokens: Number(row.tokens),
  nanoUsd: Number(row.nano_usd),
  unpricedRuns: row.unpriced_runs,
  denied,
  interventions,
  asked,
  askedOf: row.asked_of,
  failures: [...Map.groupBy(row.classes ?? [], name => name)]
    .map(([name, all]) => ({ class: name, runs: all.length }))
    .sort((a, b) => b.runs - a.runs),
  lastAt: row.last_at.toISOString(),
});

const toRecord = ({ task: _task, run: _run, ...row }: Row): RunRecord => ({
  ...row,
  repositoryId: Number(row.repositoryId),
  outcome: row.outcome === 'success' ? 'success' : 'failure',
  // A later version of Gatehouse may know other classes.
  class: FailureClass.safeParse(row.class).data ?? null,
  rejected: WorkRejection.nullable().safeParse(row.rejected).data ?? null,
  tokens: Number(row.tokens),
  ms: Number(row.ms),
  nanoUsd: row.nanoUsd === null ? null : Number(row.nanoUsd),
  endedAt: row.endedAt.toISOString(),
});

/** The row with the names of its columns. */
export function recordColumns({ repositoryId, endedAt, nanoUsd, ...same }: RunRow) {
  return { ...same, repository_id: repositoryId, ended_at: endedAt, nano_usd: nanoUsd };
}
