/** The workers, one row each. */
import type pg from 'pg';
import { z } from 'zod';
import { WORKER_GONE_MS, type WorkerReport, type Workers } from '../../../engine/ports/workers.ts';

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
    async seen() {
      const { rows } = await pool.query<Row & { silent: number }>(
        `SELECT name, labels, agents,
           greatest(0, 1000 * extract(epoch FROM clock_timestamp() - seen_at))::float8 AS silent
         FROM workers WHERE seen_at > clock_timestamp() - interval '${FORGOTTEN_AFTER}' ORDER BY name`,
      );
      return rows.map(row => ({ ...reportOf(row), silentMs: Math.round(row.silent) }));
    },
    async alive() {
      const { rows } = await pool.query<Row>(
        `SELECT name, labels, agents FROM workers
         WHERE seen_at > clock_timestamp() - make_interval(secs => $1) ORDER BY name`,
        [WORKER_GONE_MS / 1000],
      );
      return rows.map(reportOf);
    },
  };
}

const reportOf = ({ name, labels, agents }: Row): WorkerReport => ({
  name,
  labels,
  agents: Agents.parse(agents),
});
