/** Deliveries: stored by group commit before they are acknowledged. */
import { createHash } from 'node:crypto';
import type pg from 'pg';
import type { Deliveries, Delivery, NewDelivery, Received } from '../../engine/ports/deliveries.ts';
import type { PrismaClient } from './generated/client.ts';
import { createGroupCommit } from './group-commit.ts';

// One statement a batch: the bodies come as one bytea and are cut up by the database.
const STORE = `
INSERT INTO deliveries (guid, event, body_digest, body)
SELECT guid, event, digest, substr($6::bytea, start, length)
FROM unnest($1::text[], $2::text[], $3::bytea[], $4::int[], $5::int[]) AS t(guid, event, digest, start, length)
ON CONFLICT DO NOTHING
RETURNING guid`;

// Either the GUID or the body was there already; only the latter makes a new row.
const STORE_REPLAY = `
INSERT INTO deliveries (guid, event, body_digest, state, note, replay_of)
SELECT $1, $2, $3, 'ignored', 'The same body came before as delivery ' || guid || '.', guid
FROM deliveries WHERE body_digest = $3 AND replay_of IS NULL
ON CONFLICT (guid) DO NOTHING`;

const FIND = `
SELECT d.guid, d.event, coalesce(d.body, first.body) AS body, d.received_at AS "receivedAt", d.state
FROM deliveries d LEFT JOIN deliveries first ON first.guid = d.replay_of
WHERE d.guid = $1`;

const ROWS = 100;
const BYTES = 8 * 1024 * 1024;
/** GitHub waits 10 s for its answer; what takes longer than this is answered with an error. */
const DEADLINE_MS = 4_000;

export function createDeliveries(prisma: PrismaClient, pool: pg.Pool): Deliveries {
  const commit = createGroupCommit<NewDelivery, Received>({
    flush: rows => store(pool, rows),
    bytesOf: ({ body }) => body.length,
    maxRows: ROWS,
    maxBytes: BYTES,
    inFlight: 2,
    deadlineMs: DEADLINE_MS,
  });
  return {
    async receive(delivery) {
      check(delivery);
      return commit.add(delivery);
    },
    async find(guid) {
      const { rows } = await pool.query<Omit<Delivery, 'receivedAt'> & { receivedAt: Date }>(FIND, [
        guid,
      ]);
      return rows[0] ? { ...rows[0], receivedAt: rows[0].receivedAt.toISOString() } : null;
    },
    async settle(guid, state, note, naturalKey = null) {
      const data = { state, note: note.replaceAll('\0', '\uFFFD'), naturalKey };
      await prisma.delivery.update({ where: { guid }, data });
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
    async unsettled(olderThanMs, limit) {
      const { rows } = await pool.query<{ guid: string }>(
        `SELECT guid FROM deliveries
         WHERE state = 'stored' AND received_at < now() - $1 * interval '1 millisecond'
         ORDER BY received_at LIMIT $2`,
        [olderThanMs, limit],
      );
      return rows.map(({ guid }) => guid);
    },
  };
}

/** A name that PostgreSQL refuses would take its whole batch down with it. */
function check({ guid, event }: NewDelivery): void {
  if (!/^[\w-]{1,128}$/.test(guid)) throw new Error('a delivery’s GUID is letters, digits and -');
  if (!/^\w{1,128}$/.test(event)) throw new Error('a delivery’s event is letters, digits and _');
}

type Hashed = NewDelivery & { digest: Buffer };

async function store(pool: pg.Pool, batch: NewDelivery[]): Promise<Received[]> {
  const hashed = batch.map(one => ({
    ...one,
    digest: createHash('sha256').update(one.body).digest(),
  }));
  const stored = await storeAll(pool, hashed);
  const results: Received[] = [];
  for (const one of hashed) {
    // The same GUID may stand twice in a batch: the first is the one that was stored.
    if (stored.delete(one.guid)) results.push('stored');
    else {
      const { rowCount } = await pool.query(STORE_REPLAY, [one.guid, one.event, one.digest]);
      results.push(rowCount === 1 ? 'replayed' : 'duplicate');
    }
  }
  return results;
}

async function storeAll(pool: pg.Pool, batch: Hashed[]): Promise<Set<string>> {
  // In one order in every flush, so that two of them never wait for each other.
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
      starts,
      ordered.map(({ body }) => body.length),
      Buffer.concat(ordered.map(({ body }) => body)),
    ],
  });
  return new Set(rows.map(({ guid }) => guid));
}
