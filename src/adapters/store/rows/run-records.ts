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
      const values = [rows.map(({ task }) => task), rows.map(({ run }) => run)];
      const costs = (await pool.query<CostRow>(COSTS, values)).rows;
      const byRun = new Map(costs.map(cost => [`${cost.task} ${cost.run}`, cost]));
      return rows.map(row => {
        const record = toRecord(row);
        const cost = byRun.get(`${row.task} ${row.run}`);
        // An earlier version counted tokens alone.
        if (!cost) return { ...record, nanoUsd: record.tokens === 0 ? 0 : null };
        return { ...record, nanoUsd: cost.unpriced ? null : Number(cost.nano_usd) };
      });
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

/** What each of these runs cost, as the ledger has it: a run of which nothing stands there called no model. */
const COSTS = `
SELECT task, run, sum(nano_usd) AS nano_usd, bool_or(nano_usd IS NULL) AS unpriced
FROM ledger_entries
WHERE (task, run) IN (SELECT * FROM unnest($1::text[], $2::text[]))
  AND kind <> 'reserved' AND model IS NOT NULL
GROUP BY task, run`;

type CostRow = { task: string; run: string; nano_usd: string | null; unpriced: boolean };

/** $3: by repository, named as its latest task has it. What each run cost stands in the ledger, by its task and run. */
const SUMS = `
WITH found AS (
  SELECT r.*, r.outcome = 'success' AND r.rejected IS NULL AS stood, c.nano_usd,
    coalesce(c.unpriced, false) AS unpriced
  FROM run_records r
  LEFT JOIN LATERAL (
    SELECT sum(nano_usd) AS nano_usd, bool_or(nano_usd IS NULL) AS unpriced FROM ledger_entries e
    WHERE e.task = r.task AND e.run = r.run AND e.kind <> 'reserved' AND e.model IS NOT NULL
  ) AS c ON true
  WHERE ($1::bigint[] IS NULL OR r.repository_id = ANY($1)) AND r.ended_at >= $2
), sums AS (
  SELECT role, adapter, model, provider, CASE WHEN $3 THEN repository_id END AS repository_id,
    count(*)::int AS runs, count(*) FILTER (WHERE stood)::int AS succeeded,
    percentile_disc(0.5) WITHIN GROUP (ORDER BY ms) FILTER (WHERE stood) AS median_ms,
    sum(tokens) AS tokens, coalesce(sum(nano_usd), 0) AS nano_usd,
    count(*) FILTER (WHERE unpriced)::int AS unpriced_runs,
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
  endedAt: row.endedAt.toISOString(),
});

/** The row with the names of its columns. */
export function recordColumns({ repositoryId, endedAt, ...same }: RunRow) {
  return { ...same, repository_id: repositoryId, ended_at: endedAt };
}
