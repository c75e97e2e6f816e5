/** Leases in PostgreSQL, by the database's clock at the time of each check (`clock_timestamp`). */
import type pg from 'pg';
import type { Leases } from '../../../engine/ports/leases.ts';

/** The holder of a lease that was given back with what came of the work. */
export const NOBODY = '';

const ACQUIRE = `
INSERT INTO leases AS l (name, holder, epoch, until)
VALUES ($1, $2, 1, clock_timestamp() + $3 * interval '1 millisecond')
ON CONFLICT (name) DO UPDATE
SET holder = excluded.holder, epoch = l.epoch + 1, doubted = l.holder <> '${NOBODY}',
    until = clock_timestamp() + $3 * interval '1 millisecond'
WHERE l.until <= clock_timestamp() OR l.holder = excluded.holder
RETURNING epoch, doubted`;

const RENEW = `
UPDATE leases SET until = clock_timestamp() + $3 * interval '1 millisecond'
WHERE name = $1 AND epoch = $2 AND until > clock_timestamp()`;

const HOLDS = 'SELECT FROM leases WHERE name = $1 AND epoch = $2 AND until > clock_timestamp()';

const ENDS_IN = `
SELECT ceil(1000 * extract(epoch FROM until - clock_timestamp()))::int AS ms FROM leases WHERE name = $1`;

// The time at which a released lease ends. The column rounds to milliseconds: rounded up, the lease
// would be held for a moment longer.
export const EXPIRED = `date_trunc('milliseconds', clock_timestamp())`;

const RELEASE = `
UPDATE leases SET until = ${EXPIRED}
WHERE name = $1 AND epoch = $2 AND until > clock_timestamp()`;

const BREAK_OFF = `
UPDATE leases SET until = ${EXPIRED}
WHERE name = ANY($1) AND until > clock_timestamp()
RETURNING name, holder`;

// now() lets PostgreSQL use the index on `until`, where few leases are held and many have ended.
const HELD = 'SELECT name FROM leases WHERE until > now() AND starts_with(name, $1) ORDER BY name';

export function createLeases(pool: pg.Pool): Leases {
  const query = async (name: string, text: string, values: unknown[]) =>
    pool.query({ name, text, values });
  return {
    async acquire(name, holder, ttlMs) {
      const { rows } = await query('acquire', ACQUIRE, [name, holder, ttlMs]);
      const [row] = rows;
      return row ? { epoch: Number(row.epoch), doubted: row.doubted } : null;
    },
    async renew(name, epoch, ttlMs) {
      return (await query('renew', RENEW, [name, epoch, ttlMs])).rowCount === 1;
    },
    async holds(name, epoch) {
      return (await query('holds', HOLDS, [name, epoch])).rowCount === 1;
    },
    async endsIn(name) {
      const { rows } = await query('ends in', ENDS_IN, [name]);
      return Math.max(0, rows[0]?.ms ?? 0);
    },
    async release(name, epoch) {
      await query('release', RELEASE, [name, epoch]);
    },
    async breakOff(names) {
      const { rows } = await query('break-off', BREAK_OFF, [names]);
      return rows.map(({ name, holder }) => ({ lease: name, holder }));
    },
    async held(prefix) {
      return (await query('held', HELD, [prefix])).rows.map(({ name }) => name);
    },
  };
}
