/** Sessions in PostgreSQL, by its clock. */
import type pg from 'pg';
import type {
  BrowserSession,
  KeptTokens,
  SessionOwner,
  Sessions,
} from '../../../engine/ports/sessions.ts';

type Row = Omit<BrowserSession, 'owner'> & {
  person: string | null;
  login: string | null;
  operator: string | null;
};

const COLUMNS = `s.id, s.person, p.login, s.operator, s.browser, s.made_at AS "madeAt",
  s.used_at AS "usedAt", s.ends_at AS "endsAt"`;
const STANDS = (idle: string) =>
  `s.ends_at > clock_timestamp() AND s.used_at > clock_timestamp() - ${idle} * interval '1 ms'`;
/** Either column says whose it is. */
const OWNED = '(s.person = $1 OR s.operator = $2)';
const ownedBy = (owner: SessionOwner): [number | null, string | null] =>
  owner.kind === 'person' ? [owner.id, null] : [null, owner.name];

// A session in use is not a write with each request.
const NOTED_BEFORE = `used_at < clock_timestamp() - interval '1 minute'`;
const USED = `
UPDATE sessions SET used_at = clock_timestamp() WHERE digest = $1 AND ${NOTED_BEFORE}`;

export function createSessions(pool: pg.Pool): Sessions {
  return {
    async create({ digest, id, owner, browser, lastsMs }) {
      const { rows } = await pool.query<{ endsAt: Date }>(
        `INSERT INTO sessions (digest, id, person, operator, browser, ends_at)
         VALUES ($1, $2, $3, $4, $5, clock_timestamp() + $6 * interval '1 ms')
         RETURNING ends_at AS "endsAt"`,
        [digest, id, ...ownedBy(owner), browser, lastsMs],
      );
      return only(rows);
    },
    async use(digest, idleMs) {
      const { rows } = await pool.query<Row & { noteUse: boolean }>({
        name: 'use session',
        text: `SELECT ${COLUMNS}, ${NOTED_BEFORE} AS "noteUse" FROM sessions s LEFT JOIN signed_in_people p ON p.id = s.person
               WHERE s.digest = $1 AND ${STANDS('$2')}`,
        values: [digest, idleMs],
      });
      if (!rows[0]) return null;
      const { noteUse, ...row } = rows[0];
      if (noteUse) await pool.query(USED, [digest]);
      return sessionOf(row);
    },
    async list(owner, idleMs) {
      const { rows } = await pool.query<Row>(
        `SELECT ${COLUMNS} FROM sessions s LEFT JOIN signed_in_people p ON p.id = s.person
         WHERE ${OWNED} AND ${STANDS('$3')} ORDER BY s.used_at DESC, s.id LIMIT 100`,
        [...ownedBy(owner), idleMs],
      );
      return rows.map(sessionOf).filter(session => session !== null);
    },
    async all() {
      const { rows } = await pool.query<Row>(
        `SELECT ${COLUMNS} FROM sessions s LEFT JOIN signed_in_people p ON p.id = s.person
         WHERE s.ends_at > clock_timestamp() ORDER BY s.id`,
      );
      return rows
        .map(row => sessionOf({ ...row, login: row.login ?? '' }))
        .filter(session => session !== null);
    },
    async end(owner, id) {
      const { rows } = await pool.query<{ id: string }>(
        `DELETE FROM sessions s WHERE ${OWNED} AND ($3::text IS NULL OR s.id = $3) RETURNING s.id`,
        [...ownedBy(owner), id],
      );
      return rows.map(row => row.id);
    },
    async clear(idleMs) {
      await pool.query(`DELETE FROM sessions s WHERE NOT (${STANDS('$1')})`, [idleMs]);
      await pool.query('DELETE FROM sign_in_links WHERE ends_at < clock_timestamp()');
      // Whoever signs in right now has a session soon: what is that new is left.
      const { rows } = await pool.query<{ id: string; sealed: Buffer }>(
        `DELETE FROM signed_in_people p WHERE kept_at < clock_timestamp() - interval '1 hour'
         AND NOT EXISTS (SELECT FROM sessions s WHERE s.person = p.id) RETURNING id, sealed`,
      );
      return rows.map(({ id, sealed }) => ({ person: Number(id), sealed }));
    },

    async createLink({ digest, operator, lastsMs }) {
      await pool.query(
        `INSERT INTO sign_in_links (digest, operator, ends_at)
         VALUES ($1, $2, clock_timestamp() + $3 * interval '1 ms')`,
        [digest, operator, lastsMs],
      );
    },
    async takeLink(digest) {
      const { rows } = await pool.query<{ operator: string; stands: boolean }>(
        `DELETE FROM sign_in_links WHERE digest = $1
         RETURNING operator, ends_at > clock_timestamp() AS stands`,
        [digest],
      );
      return rows[0]?.stands ? rows[0].operator : null;
    },

    async keepTokens({ id, login }, sealed) {
      const { rows } = await pool.query<{ before: Buffer | null }>(
        `WITH known AS (SELECT sealed FROM signed_in_people WHERE id = $1)
         INSERT INTO signed_in_people AS p (id, login, sealed) VALUES ($1, $2, $3)
         ON CONFLICT (id) DO UPDATE SET login = excluded.login, sealed = excluded.sealed,
           turn = p.turn + 1, kept_at = clock_timestamp()
         RETURNING (SELECT sealed FROM known) AS before`,
        [id, login, sealed],
      );
      return only(rows).before;
    },
    async tokens(person) {
      const { rows } = await pool.query<KeptTokens>(
        'SELECT sealed, turn FROM signed_in_people WHERE id = $1',
        [person],
      );
      return rows[0] ?? null;
    },
    renewTokens: (person, turn, renew) => renewTokens(pool, { person, turn }, renew),
    async forgetTokens(person) {
      const { rows } = await pool.query<{ sealed: Buffer }>(
        'DELETE FROM signed_in_people WHERE id = $1 RETURNING sealed',
        [person],
      );
      return rows[0]?.sealed ?? null;
    },
  };
}

/** The row is locked while they are renewed: what renews them is good for one use. */
async function renewTokens(
  pool: pg.Pool,
  { person, turn }: { person: number; turn: number },
  renew: Parameters<Sessions['renewTokens']>[2],
): Promise<KeptTokens | null> {
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    const { rows } = await client.query<KeptTokens>(
      'SELECT sealed, turn FROM signed_in_people WHERE id = $1 FOR UPDATE',
      [person],
    );
    const [known] = rows;
    if (!known || known.turn !== turn) {
      await client.query('COMMIT');
      client.release();
      return known ?? null;
    }
    const sealed = await renew(known.sealed);
    if (sealed === null) await client.query('DELETE FROM signed_in_people WHERE id = $1', [person]);
    else
      await client.query('UPDATE signed_in_people SET sealed = $2, turn = $3 WHERE id = $1', [
        person,
        sealed,
        turn + 1,
      ]);
    await client.query('COMMIT');
    client.release();
    return sealed === null ? null : { sealed, turn: turn + 1 };
  } catch (error) {
    // Closed rather than given back: what it was in the middle of is undone.
    client.release(true);
    throw error;
  }
}

/** `null`: the person's tokens are gone, and what they may see can't be asked any more. */
function sessionOf({ person, login, operator, ...row }: Row): BrowserSession | null {
  if (operator !== null) return { ...row, owner: { kind: 'operator', name: operator } };
  if (person === null || login === null) return null;
  return { ...row, owner: { kind: 'person', id: Number(person), login } };
}

function only<R>([row]: R[]): R {
  if (row === undefined) throw new Error('the database returned no row');
  return row;
}
