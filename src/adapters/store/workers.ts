/** The workers, one row each. */
import type pg from 'pg';
import { z } from 'zod';
import { WORKER_GONE_MS, type Workers } from '../../engine/ports/workers.ts';

const Agents = z.array(z.object({ adapter: z.string(), version: z.string() }));

type Row = { name: string; labels: string[]; agents: unknown };

/** Rows of workers that are long gone are removed where others report themselves. */
const FORGOTTEN_AFTER = '1 day';

export function createWorkers(pool: pg.Pool): Workers {
  return {
    async report({ name, labels, agents }) {
      await pool.query(
        `WITH gone AS (DELETE FROM workers WHERE seen_at < clock_timestamp() - interval '${FORGOTTEN_AFTER}')
         INSERT INTO workers (name, labels, agents, seen_at) VALUES ($1, $2, $3, clock_timestamp())
         ON CONFLICT (name) DO UPDATE SET
           labels = excluded.labels, agents = excluded.agents, seen_at = excluded.seen_at`,
        [name, labels, JSON.stringify(agents)],
      );
    },
    async leave(name) {
      await pool.query('DELETE FROM workers WHERE name = $1', [name]);
    },
    async alive() {
      const { rows } = await pool.query<Row>(
        `SELECT name, labels, agents FROM workers
         WHERE seen_at > clock_timestamp() - make_interval(secs => $1) ORDER BY name`,
        [WORKER_GONE_MS / 1000],
      );
      return rows.map(({ name, labels, agents }) => ({
        name,
        labels,
        agents: Agents.parse(agents),
      }));
    },
  };
}
