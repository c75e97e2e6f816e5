/** The calls of other systems in PostgreSQL. */
import type pg from 'pg';
import type { KnownCalls } from '../../../engine/ports/calls.ts';

export function createCalls(pool: pg.Pool): KnownCalls {
  return {
    async begin({ project, key }, digest) {
      // Of two at the same time one inserts; a row that is forgotten right then is inserted anew.
      for (;;) {
        const { rowCount } = await pool.query(
          'INSERT INTO calls (project, key, digest) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING',
          [project, key, digest],
        );
        if (rowCount === 1) return { is: 'new' };
        const { rows } = await pool.query<{ digest: string; task: string | null }>(
          'SELECT digest, task FROM calls WHERE project = $1 AND key = $2',
          [project, key],
        );
        const [row] = rows;
        if (row) return row.digest === digest ? { is: 'same', task: row.task } : { is: 'other' };
      }
    },
    async settle({ project, key }, task) {
      await pool.query('UPDATE calls SET task = $3 WHERE project = $1 AND key = $2', [
        project,
        key,
        task,
      ]);
    },
    async forget({ project, key }) {
      await pool.query('DELETE FROM calls WHERE project = $1 AND key = $2 AND task IS NULL', [
        project,
        key,
      ]);
    },
    async isOf(task, project) {
      const { rowCount } = await pool.query(
        'SELECT FROM calls WHERE task = $1 AND project = $2 LIMIT 1',
        [task, project],
      );
      return rowCount === 1;
    },
  };
}
