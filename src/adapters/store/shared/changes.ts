/** What GitHub told us that it has changed, counted for all processes on the database. */
import type pg from 'pg';
import type { ChangeScope, Changes, Topic } from '../../../engine/ports/changes.ts';

// In one order, so that two that count the same never deadlock.
const CHANGED = `
INSERT INTO changes AS c (scope, topic)
SELECT $1, topic FROM unnest($2::text[]) AS t(topic) ORDER BY topic
ON CONFLICT (scope, topic) DO UPDATE SET count = c.count + 1`;

const COUNTS = `
SELECT coalesce(sum(c.count), 0)::text AS count
FROM unnest($1::int[], $2::text[], $3::text[]) AS asked(question, topic, scope)
LEFT JOIN changes c ON c.topic = asked.topic AND c.scope = asked.scope
GROUP BY asked.question ORDER BY asked.question`;

type AskedCount = {
  topic: Topic;
  scopes: string[];
  resolve: (count: string) => void;
  reject: (error: unknown) => void;
};

export function createChanges(pool: pg.Pool): Changes {
  let gathered: AskedCount[] = [];

  /** What is asked in one turn of the event loop is asked together. */
  async function answer(): Promise<void> {
    const asked = gathered;
    gathered = [];
    const rows = asked.flatMap(({ topic, scopes }, at) =>
      scopes.map(scope => ({ at, topic, scope })),
    );
    try {
      const counted = await pool.query<{ count: string }>({
        name: 'count changes',
        text: COUNTS,
        values: [rows.map(row => row.at), rows.map(row => row.topic), rows.map(row => row.scope)],
      });
      for (const [at, { resolve }] of asked.entries()) resolve(counted.rows[at]?.count ?? '0');
    } catch (error) {
      for (const { reject } of asked) reject(error);
    }
  }

  return {
    async changed(scope, topics) {
      await pool.query({ name: 'changed', text: CHANGED, values: [nameOf(scope), topics] });
    },
    async count(topic, of) {
      if (of.length === 0) return '0';
      return new Promise((resolve, reject) => {
        if (gathered.length === 0) setImmediate(() => void answer());
        gathered.push({ topic, scopes: of.map(nameOf), resolve, reject });
      });
    },
  };
}

const nameOf = (scope: ChangeScope): string =>
  'repository' in scope ? `repository ${scope.repository}` : `installation ${scope.installation}`;
