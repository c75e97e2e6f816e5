/** Deliveries in PostgreSQL. A group commit stores them before they are acknowledged to GitHub. */
import { createHash } from 'node:crypto';
import type pg from 'pg';
import type {
  Deliveries,
  Delivery,
  DeliveryCounts,
  NewDelivery,
  Received,
} from '../../../engine/ports/deliveries.ts';
import { createGroupCommit } from '../connection/group-commit.ts';
import type { PrismaClient } from '../generated/client.ts';

// One statement stores a batch; the bodies are passed as one bytea, which the database splits.
const STORE = `
INSERT INTO deliveries (guid, event, body_digest, via, body)
SELECT guid, event, digest, via, substr($7::bytea, start, length)
FROM unnest($1::text[], $2::text[], $3::bytea[], $4::text[], $5::int[], $6::int[])
  AS t(guid, event, digest, via, start, length)
ON CONFLICT DO NOTHING
RETURNING guid`;

// A row was not inserted because its GUID or its body exists; only the latter gets a row here. GitHub delivers
// again for three days. What has a natural key was followed, and only its answer failed, or its caller was told
// that it is given up. $4: it is delivered.
const STORE_AGAIN = `
WITH replayed AS (
  INSERT INTO deliveries (guid, event, body_digest, state, note, replay_of)
  SELECT $1, $2, $3, 'ignored', 'The same body came before as delivery ' || guid || '.', guid
  FROM deliveries WHERE body_digest = $3 AND replay_of IS NULL
  ON CONFLICT (guid) DO NOTHING RETURNING guid
), reopened AS (
  UPDATE deliveries SET state = 'stored', note = '', failures = 0, not_before = NULL
  WHERE $4 AND guid = $1 AND body_digest = $3 AND body IS NOT NULL AND state = 'failed'
    AND natural_key IS NULL AND received_at > now() - interval '3 days' RETURNING guid
)
SELECT CASE WHEN EXISTS (SELECT FROM replayed) THEN 'replayed'
  WHEN EXISTS (SELECT FROM reopened) THEN 'stored' ELSE 'duplicate' END AS received`;

export const IS_DOUBTED = `replay_of IS NOT NULL AND state = 'ignored' AND via = 'webhook'`;

const DOUBTED = `
SELECT guid, received_at AS "receivedAt" FROM deliveries WHERE ${IS_DOUBTED}
ORDER BY received_at LIMIT 1000`;

const CONFIRM = `
UPDATE deliveries SET state = 'stored', note = '', via = 'log', event = $2, body = $3
WHERE guid = $1 AND ${IS_DOUBTED}`;

const DISMISS = `UPDATE deliveries SET via = 'replay' WHERE guid = ANY($1) AND ${IS_DOUBTED}`;

const FIND = `
SELECT d.guid, d.event, coalesce(d.body, first.body) AS body, d.received_at AS "receivedAt", d.state,
  d.failures
FROM deliveries d LEFT JOIN deliveries first ON first.guid = d.replay_of
WHERE d.guid = $1`;

// An answer that GitHub refused may have been tried before what called for it is settled.
const SETTLE = `
UPDATE deliveries SET natural_key = $4,
  state = CASE WHEN state = 'stored' THEN $2 ELSE state END,
  note = CASE WHEN state = 'stored' THEN $3 ELSE note END
WHERE guid = $1`;

const UNSETTLED = `
state = 'stored' AND received_at < now() - $1 * interval '1 millisecond'`;

/** `$1`: for how many milliseconds it has been stored at least. */
export const IS_DUE_DELIVERY = `${UNSETTLED} AND (not_before IS NULL OR not_before <= now())`;

const PUT_OFF = `
UPDATE deliveries SET not_before = now() + $2 * interval '1 millisecond', failures = greatest(failures, $3)
WHERE guid = $1`;

// Several may arrive within one millisecond: each listing has them in the same order.
const FAILED = `
SELECT guid, event, received_at AS "receivedAt", note FROM deliveries
WHERE state = 'failed' ORDER BY received_at DESC, guid DESC LIMIT $1`;

type FailedRow = { guid: string; event: string; receivedAt: Date; note: string };

const COUNTS = `
SELECT count(*) FILTER (WHERE via = 'webhook')::int AS "byWebhook",
  count(*) FILTER (WHERE via = 'log')::int AS "fromLog",
  count(*) FILTER (WHERE via = 'search')::int AS "bySearch",
  count(*) FILTER (WHERE state = 'failed')::int AS failed,
  count(*) FILTER (WHERE state = 'stored')::int AS waiting
FROM deliveries WHERE received_at >= $1`;

const MAX_ROWS = 100;
const MAX_BYTES = 8 * 1024 * 1024;
/** GitHub waits 10 s for its answer, so it is sent an error where storing takes longer than this. */
const DEADLINE_MS = 4_000;

export function createDeliveries(prisma: PrismaClient, pool: pg.Pool): Deliveries {
  const commit = createGroupCommit<NewDelivery, Received>({
    flush: rows => storeBatch(pool, rows),
    bytesOf: ({ body }) => body.length,
    maxRows: MAX_ROWS,
    maxBytes: MAX_BYTES,
    inFlight: 2,
    deadlineMs: DEADLINE_MS,
  });
  return {
    async receive(delivery) {
      assertNames(delivery);
      return commit.add(delivery);
    },
    async find(guid) {
      const { rows } = await pool.query<Omit<Delivery, 'receivedAt'> & { receivedAt: Date }>(FIND, [
        guid,
      ]);
      return rows[0] ? { ...rows[0], receivedAt: rows[0].receivedAt.toISOString() } : null;
    },
    async settle(guid, state, note, naturalKey = null) {
      await pool.query(SETTLE, [guid, state, withoutNulls(note), naturalKey]);
    },
    async unanswered(guid, note) {
      const data = { state: 'failed', note: withoutNulls(note) };
      await prisma.delivery.updateMany({ where: { guid }, data });
    },
    async settledSince(naturalKey, receivedAt) {
      const since = receivedAt ? { receivedAt: { gte: receivedAt } } : {};
      const where = { naturalKey, ...since };
      return (await prisma.delivery.findFirst({ where, select: { guid: true } })) !== null;
    },
    async unknown(guids) {
      const { rows } = await pool.query<{ guid: string }>(
        `SELECT guid FROM unnest($1::text[]) AS asked(guid)
         WHERE NOT EXISTS (SELECT FROM deliveries d WHERE d.guid = asked.guid)`,
        [guids],
      );
      return rows.map(({ guid }) => guid);
    },
    async doubted() {
      return (await pool.query<{ guid: string; receivedAt: Date }>(DOUBTED)).rows;
    },
    async confirm({ guid, event, body }) {
      return (await pool.query(CONFIRM, [guid, event, body])).rowCount === 1;
    },
    async dismiss(guids) {
      await pool.query(DISMISS, [guids]);
    },
    async unsettled(olderThanMs, limit) {
      const { rows } = await pool.query<{ guid: string }>(
        `SELECT guid FROM deliveries WHERE ${UNSETTLED} ORDER BY received_at LIMIT $2`,
        [olderThanMs, limit],
      );
      return rows.map(({ guid }) => guid);
    },
    async due(olderThanMs, limit) {
      const { rows } = await pool.query<{ guid: string }>(
        `SELECT guid FROM deliveries
         WHERE ${IS_DUE_DELIVERY}
         ORDER BY received_at LIMIT $2`,
        [olderThanMs, limit],
      );
      return rows.map(({ guid }) => guid);
    },
    async putOff(guid, { forMs, failures }) {
      await pool.query(PUT_OFF, [guid, forMs, failures]);
    },
    async failed(limit) {
      const { rows } = await pool.query<FailedRow>(FAILED, [limit]);
      return rows.map(row => ({ ...row, receivedAt: row.receivedAt.toISOString() }));
    },
    async counts(since) {
      const { rows } = await pool.query<DeliveryCounts>(COUNTS, [since]);
      if (!rows[0]) throw new Error('the database returned no count');
      return rows[0];
    },
    async withOldBody(before, limit) {
      const { rows } = await pool.query<{ guid: string }>(
        `SELECT guid FROM deliveries
         WHERE body IS NOT NULL AND state <> 'stored' AND received_at < $1
         ORDER BY received_at LIMIT $2`,
        [before, limit],
      );
      return rows.map(({ guid }) => guid);
    },
    async dropBodies(guids) {
      await prisma.delivery.updateMany({ where: { guid: { in: guids } }, data: { body: null } });
    },
  };
}

/** PostgreSQL's text can't contain NUL. */
const withoutNulls = (text: string): string => text.replaceAll('\0', '\uFFFD');

/** Throws for a name that PostgreSQL would refuse, because then the whole batch would fail. */
function assertNames({ guid, event }: NewDelivery): void {
  if (!/^[\w-]{1,128}$/.test(guid))
    throw new Error('a delivery’s GUID may contain only letters, digits, _ and -');
  if (!/^\w{1,128}$/.test(event))
    throw new Error('a delivery’s event may contain only letters, digits and _');
}

type HashedDelivery = NewDelivery & { digest: Buffer };

async function storeBatch(pool: pg.Pool, batch: NewDelivery[]): Promise<Received[]> {
  const hashed = batch.map(one => ({
    ...one,
    digest: createHash('sha256').update(one.body).digest(),
  }));
  const stored = await insertNew(pool, hashed);
  const results: Received[] = [];
  for (const one of hashed) {
    // Where a GUID occurs twice in a batch, the first was stored and the second is a duplicate.
    if (stored.delete(one.guid)) results.push('stored');
    else results.push(await receiveAgain(pool, one));
  }
  return results;
}

async function receiveAgain(
  pool: pg.Pool,
  { guid, event, digest, via }: HashedDelivery,
): Promise<Received> {
  // What is found once more by looking is not delivered again.
  const values = [guid, event, digest, via === undefined];
  const { rows } = await pool.query<{ received: Received }>(STORE_AGAIN, values);
  return rows[0]?.received ?? 'duplicate';
}

async function insertNew(pool: pg.Pool, batch: HashedDelivery[]): Promise<Set<string>> {
  // Every flush inserts in the same order, so that two flushes never deadlock.
  const ordered = [...batch].sort((a, b) => a.digest.compare(b.digest));
  let end = 1;
  const starts = ordered.map(({ body }) => {
    end += body.length;
    return end - body.length;
  });
  const { rows } = await pool.query<{ guid: string }>({
    name: 'receive',
    text: STORE,
    values: [
      ordered.map(({ guid }) => guid),
      ordered.map(({ event }) => event),
      ordered.map(({ digest }) => digest),
      ordered.map(({ via = 'webhook' }) => via),
      starts,
      ordered.map(({ body }) => body.length),
      Buffer.concat(ordered.map(({ body }) => body)),
    ],
  });
  return new Set(rows.map(({ guid }) => guid));
}
