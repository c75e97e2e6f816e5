/** The statements of the ledger, and what their rows are. */
import type pg from 'pg';
import type { Amount } from '../../../core/budget.ts';
import type { Spent } from '../../../core/spend.ts';
import type { Spender } from '../../../engine/ports/ledger.ts';

type Place = Spender & {
  scopes: string[];
  provider: string | null;
  model: string | null;
  prices: string | null;
};

export type LedgerEntry = Place & {
  kind: 'reserved' | 'spent' | 'lost';
  reservation: string;
  spent: Spent;
  firstByteMs: number | null;
};

/** `amount`: what is reserved. */
export type OpenReservation = Place & { id: string; amount: Amount; counted: Spent };

/** What one transaction adds. */
export type LedgerWrite = {
  entries: LedgerEntry[];
  /** By key: what is added to the sums of the scope. */
  sums: Map<string, { reserved: Amount; spent: Amount }>;
  opened: OpenReservation[];
};

const LOCK = `
SELECT key, reserved_calls + spent_calls AS used_calls, reserved_tokens + spent_tokens AS used_tokens,
  reserved_nano_usd + spent_nano_usd AS used_nano_usd, reserved_ms + spent_ms AS used_ms
FROM ledger_sums WHERE key = ANY($1) ORDER BY key FOR UPDATE`;

const ADD_SCOPES = `
INSERT INTO ledger_sums (key) SELECT key FROM unnest($1::text[]) AS key ORDER BY key
ON CONFLICT DO NOTHING`;

/** Locks the scopes in the order of their keys and returns what of each is spent or reserved. */
export async function lockSums(
  client: pg.PoolClient,
  keys: readonly string[],
): Promise<Map<string, Amount>> {
  const lock = { name: 'lock sums', text: LOCK, values: [keys] };
  let { rows } = await client.query(lock);
  if (rows.length < keys.length) {
    await client.query({ name: 'add scopes', text: ADD_SCOPES, values: [keys] });
    ({ rows } = await client.query(lock));
  }
  return new Map(rows.map(row => [row.key, toAmount(row, 'used')]));
}

/** PostgreSQL's integers of 64 bits come as text. */
export const toAmount = (
  row: Record<string, string>,
  prefix: 'used' | 'reserved' | 'spent',
): Amount => ({
  calls: Number(row[`${prefix}_calls`]),
  tokens: Number(row[`${prefix}_tokens`]),
  nanoUsd: Number(row[`${prefix}_nano_usd`]),
  ms: Number(row[`${prefix}_ms`]),
});

const PLACE = 'task, run, scopes, provider, model, prices';
const PLACE_COLUMNS = 'task text, run text, scopes text[], provider text, model text, prices text';
const SPENT = 'calls, input, cached, cache_write, output, reasoning, nano_usd, ms';
const SPENT_COLUMNS =
  'calls int, input bigint, cached bigint, cache_write bigint, output bigint, reasoning bigint, nano_usd bigint, ms bigint';

const WRITE = `
WITH sums AS (
  UPDATE ledger_sums s SET
    reserved_calls = s.reserved_calls + d.reserved[1],
    reserved_tokens = s.reserved_tokens + d.reserved[2],
    reserved_nano_usd = s.reserved_nano_usd + d.reserved[3],
    reserved_ms = s.reserved_ms + d.reserved[4],
    spent_calls = s.spent_calls + d.spent[1],
    spent_tokens = s.spent_tokens + d.spent[2],
    spent_nano_usd = s.spent_nano_usd + d.spent[3],
    spent_ms = s.spent_ms + d.spent[4]
  FROM (
    SELECT key, string_to_array(reserved, ',')::bigint[] AS reserved,
      string_to_array(spent, ',')::bigint[] AS spent
    FROM unnest($1::text[], $2::text[], $3::text[]) AS t(key, reserved, spent)
  ) AS d
  WHERE s.key = d.key
), entries AS (
  INSERT INTO ledger_entries (kind, reservation, first_byte_ms, ${PLACE}, ${SPENT})
  SELECT kind, reservation, first_byte_ms, ${PLACE}, ${SPENT}
  FROM json_to_recordset($4::json)
    AS t(kind text, reservation text, first_byte_ms int, ${PLACE_COLUMNS}, ${SPENT_COLUMNS})
  RETURNING id, kind, task, run
), opened AS (
  INSERT INTO ledger_reservations (id, ${PLACE}, calls, tokens, nano_usd, ms, counted, expires_at)
  SELECT id, ${PLACE}, calls, tokens, nano_usd, ms, counted,
    clock_timestamp() + $6 * interval '1 millisecond'
  FROM json_to_recordset($5::json) AS t(id text, ${PLACE_COLUMNS}, calls int, tokens bigint, nano_usd bigint, ms bigint, counted text)
)
INSERT INTO ledger_runs AS r (task, run, last_entry)
SELECT task, run, max(id) FROM entries WHERE kind <> 'reserved' GROUP BY task, run ORDER BY task, run
ON CONFLICT (task, run) DO UPDATE SET last_entry = greatest(r.last_entry, excluded.last_entry)`;

/** The scopes of `sums` must be locked. */
export async function write(
  client: pg.PoolClient,
  { entries, sums, opened }: LedgerWrite,
  ttlMs: number,
): Promise<void> {
  if (entries.length === 0) return;
  const changes = [...sums];
  const values = [
    changes.map(([key]) => key),
    changes.map(([, { reserved }]) => unitsOf(reserved)),
    changes.map(([, { spent }]) => unitsOf(spent)),
    JSON.stringify(
      entries.map(({ spent, firstByteMs, ...entry }) => ({
        ...entry,
        first_byte_ms: firstByteMs,
        ...columnsOf(spent),
      })),
    ),
    JSON.stringify(opened.map(openColumns)),
    ttlMs,
  ];
  await client.query({ name: 'write ledger', text: WRITE, values });
}

const unitsOf = ({ calls, tokens, nanoUsd, ms }: Amount): string =>
  [calls, tokens, nanoUsd, ms].join(',');

const openColumns = ({ amount, counted, ...row }: OpenReservation) => {
  const { nanoUsd, ...same } = amount;
  return { ...row, ...same, nano_usd: nanoUsd, counted: JSON.stringify(counted) };
};

function columnsOf({ calls, usage, nanoUsd, ms }: Spent) {
  const { cacheWrite, ...same } = usage;
  return { calls, ...same, cache_write: cacheWrite, nano_usd: nanoUsd, ms };
}

export const HAS_EXPIRED = 'expires_at <= clock_timestamp()';

type Which = { ids: string[] } | { expired: true } | Spender;
const CHOSEN = {
  ids: 'id = ANY($1)',
  expired: `id IN (
    SELECT id FROM ledger_reservations WHERE ${HAS_EXPIRED}
    ORDER BY id LIMIT 100 FOR UPDATE SKIP LOCKED
  )`,
  run: 'task = $1 AND run = $2',
};

/** Takes open reservations away and returns them. */
export async function closeReservations(
  client: pg.PoolClient,
  which: Which,
): Promise<OpenReservation[]> {
  const [name, values] =
    'ids' in which
      ? (['ids', [which.ids]] as const)
      : 'expired' in which
        ? (['expired', []] as const)
        : (['run', [which.task, which.run]] as const);
  const text = `DELETE FROM ledger_reservations WHERE ${CHOSEN[name]} RETURNING *`;
  const { rows } = await client.query({ name: `close ${name}`, text, values: [...values] });
  return rows.map(row => ({
    ...placeOf(row),
    id: row.id,
    amount: {
      calls: row.calls,
      tokens: Number(row.tokens),
      nanoUsd: Number(row.nano_usd),
      ms: Number(row.ms),
    },
    counted: JSON.parse(row.counted),
  }));
}

const placeOf = ({ task, run, scopes, provider, model, prices }: Place): Place => ({
  task,
  run,
  scopes,
  provider,
  model,
  prices,
});

/** By reservation, what was settled of it without its worker, and what was added to that since. */
export async function lostEntries(
  client: pg.PoolClient,
  ids: readonly string[],
): Promise<Map<string, LedgerEntry>> {
  const { rows } = await client.query({ name: 'lost entries', text: LOST, values: [ids] });
  return new Map(
    rows.map(row => [
      row.reservation,
      {
        ...placeOf(row),
        kind: 'lost',
        reservation: row.reservation,
        spent: spentOf(row),
        firstByteMs: null,
      },
    ]),
  );
}

/** What has no price in one of its entries has none. */
const LOST = `
SELECT e.reservation, e.task, e.run, e.scopes, e.provider, e.model, e.prices,
  sum(e.calls) AS calls, sum(e.input) AS input, sum(e.cached) AS cached,
  sum(e.cache_write) AS cache_write, sum(e.output) AS output, sum(e.reasoning) AS reasoning,
  sum(e.ms) AS ms,
  CASE WHEN bool_and(e.nano_usd IS NOT NULL) THEN sum(e.nano_usd) END AS nano_usd
FROM ledger_entries l
JOIN ledger_entries e USING (task, run, reservation)
WHERE l.kind = 'lost' AND l.reservation = ANY($1) AND e.kind <> 'reserved'
GROUP BY e.reservation, e.task, e.run, e.scopes, e.provider, e.model, e.prices`;

export const spentOf = (row: Record<string, string>): Spent => ({
  calls: Number(row.calls),
  usage: {
    input: Number(row.input),
    cached: Number(row.cached),
    cacheWrite: Number(row.cache_write),
    output: Number(row.output),
    reasoning: Number(row.reasoning),
  },
  nanoUsd: row.nano_usd === null ? null : Number(row.nano_usd),
  ms: Number(row.ms),
});

export const RENEW = `
UPDATE ledger_reservations r
SET counted = t.counted, expires_at = clock_timestamp() + $3 * interval '1 millisecond'
FROM unnest($1::text[], $2::text[]) AS t(id, counted) WHERE r.id = t.id`;

export const STANDING = 'SELECT * FROM ledger_sums WHERE key = $1';
export const STANDINGS = `
SELECT * FROM ledger_sums
WHERE key = ANY($1::text[]) AND spent_calls + spent_ms + reserved_calls + reserved_ms > 0
ORDER BY spent_nano_usd DESC, spent_tokens DESC, spent_ms DESC, key LIMIT $2`;

/** Of a row `r` of the runs. */
export const IS_UNTOLD = `told_entry < last_entry
  AND NOT EXISTS (SELECT FROM ledger_reservations o WHERE o.task = r.task AND o.run = r.run)`;

export const UNTOLD = `
SELECT task, run FROM ledger_runs r WHERE (task, run) > ($1, $2) AND ${IS_UNTOLD}
ORDER BY task, run LIMIT 100`;

export const TOLD = `
UPDATE ledger_runs SET told_entry = greatest(told_entry, $3) WHERE task = $1 AND run = $2`;
