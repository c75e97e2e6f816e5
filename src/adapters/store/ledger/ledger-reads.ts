/** What the entries of the ledger say that runs have spent, by model and by call. */
import type pg from 'pg';
import type { ModelSpend } from '../../../core/spend.ts';
import type { LedgerCall, RunSpent, Spender } from '../../../engine/ports/ledger.ts';
import { spentOf } from './ledger-statements.ts';

/** The sum of a model whose price is not known in one of its calls is not known. */
const SPENDS = `
SELECT run, provider, model, max(id) AS until,
  NOT EXISTS (
    SELECT FROM ledger_runs r WHERE r.task = $1 AND r.run = e.run AND r.told_entry < r.last_entry
  ) AS told, sum(calls) AS calls, sum(input) AS input,
  sum(cached) AS cached, sum(cache_write) AS cache_write, sum(output) AS output,
  sum(reasoning) AS reasoning, sum(ms) AS ms,
  CASE WHEN bool_and(nano_usd IS NOT NULL) THEN sum(nano_usd) END AS nano_usd
FROM ledger_entries e
WHERE task = $1 AND kind <> 'reserved' AND ($2::text IS NULL OR run = $2)
GROUP BY run, provider, model ORDER BY run, provider, model`;

export async function readSpends(
  pool: pg.Pool,
  task: string,
  run: string | null,
): Promise<RunSpent[]> {
  const { rows } = await pool.query({ name: 'spends', text: SPENDS, values: [task, run] });
  const runs = new Map<string, RunSpent>();
  for (const row of rows) {
    const { calls, usage, nanoUsd, ms } = spentOf(row);
    const found = runs.get(row.run) ?? {
      run: row.run,
      until: 0,
      isTold: row.told,
      spend: { models: [] as ModelSpend[], work: { ms: 0, nanoUsd: null } },
    };
    runs.set(row.run, found);
    found.until = Math.max(found.until, Number(row.until));
    const { provider, model } = row;
    if (model === null) found.spend.work = { ms, nanoUsd };
    else found.spend.models.push({ provider, model, calls, usage, nanoUsd });
  }
  return [...runs.values()];
}

/** An entry tells when the call was reserved, the others what it came to and when that was known. */
const CALLS = `
SELECT provider, model, min(at) AS "from", max(at) FILTER (WHERE kind <> 'reserved') AS "to",
  max(first_byte_ms) AS first_byte_ms, bool_or(kind = 'lost') AS lost,
  ${['calls', 'input', 'cached', 'cache_write', 'output', 'reasoning', 'ms']
    .map(name => `coalesce(sum(${name}) FILTER (WHERE kind <> 'reserved'), 0) AS ${name}`)
    .join(', ')},
  CASE WHEN bool_and(nano_usd IS NOT NULL) FILTER (WHERE kind <> 'reserved')
    THEN sum(nano_usd) FILTER (WHERE kind <> 'reserved') END AS nano_usd
FROM ledger_entries WHERE task = $1 AND run = $2 AND model IS NOT NULL
GROUP BY reservation, provider, model
HAVING count(*) FILTER (WHERE kind <> 'reserved' AND calls > 0) > 0
  OR count(*) FILTER (WHERE kind <> 'reserved') = 0
ORDER BY min(id) DESC LIMIT $3`;

export async function readCalls(
  pool: pg.Pool,
  { task, run }: Spender,
  limit: number,
): Promise<LedgerCall[]> {
  const { rows } = await pool.query({ name: 'calls', text: CALLS, values: [task, run, limit] });
  return rows.map(row => {
    const { usage, nanoUsd } = spentOf(row);
    const { provider, model, from, to, lost: isLost, first_byte_ms: firstByteMs } = row;
    return { provider, model, from, to, firstByteMs, usage, nanoUsd, isLost };
  });
}
