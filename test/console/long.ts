/** What is long: a task of 20,000 events, and a patch of 50,000 lines. */
import pg from 'pg';
import { created } from '../core/task/given.ts';
import { beginTask } from '../engine/begin.ts';
import { type Site, SPAN } from './site.ts';

const LINES = Array.from({ length: 50_000 }, (_, n) => `+line ${n}\n`).join('');
export const LONG_PATCH = `diff --git a/x b/x\nnew file mode 100644\n--- /dev/null\n+++ b/x\n@@ -0,0 +1,50000 @@\n${LINES}`;

/** Its events are copies of its first: only their number counts. */
export async function longTask({ place: { services } }: Site): Promise<string> {
  const task = '42-3-long';
  const create = created({ repository: SPAN, issue: 3, goal: { title: 'Long', body: '' } });
  await beginTask(services.log, task, [create]);
  const client = new pg.Client(services.url);
  await client.connect();
  await client.query(
    `INSERT INTO events (stream_kind, stream_id, seq, type, v, at, body, prev, hash)
     SELECT stream_kind, stream_id, n, type, v, at, body, prev, hash
     FROM events, generate_series(2, 20000) AS n WHERE stream_id = $1 AND seq = 1`,
    [task],
  );
  await client.end();
  return task;
}
