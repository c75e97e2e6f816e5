/** What GitHub told us that it has changed, counted for all processes on the database. */
import type pg from 'pg';
import type { ChangeScope, Changes, Topic } from '../../engine/ports/changes.ts';

// In one order, so that two that count the same never deadlock.
const CHANGED = `
INSERT INTO changes AS c (scope, topic)
SELECT $1, topic FROM unnest($2::text[]) AS t(topic) ORDER BY topic
ON CONFLICT (scope, topic) DO UPDATE SET count = c.count + 1`;

const COUNT = `
SELECT coalesce(sum(count), 0)::text AS count FROM changes WHERE topic = $1 AND scope = ANY($2::text[])`;

export function createChanges(pool: pg.Pool): Changes {
  return {
    async changed(scope, topics) {
      await pool.query({ name: 'changed', text: CHANGED, values: [nameOf(scope), topics] });
    },
    async count(topic: Topic, of) {
      const { rows } = await pool.query<{ count: string }>({
        name: 'count changes',
        text: COUNT,
        values: [topic, of.map(nameOf)],
      });
      return rows[0]?.count ?? '0';
    },
  };
}

const nameOf = (scope: ChangeScope): string =>
  'repository' in scope ? `repository ${scope.repository}` : `installation ${scope.installation}`;
