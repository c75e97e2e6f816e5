/** A log of many tasks that have ended, as far as metrics read it, and of some that are open. */
import pg from 'pg';
import { createStore, type Store } from '../../../src/adapters/store/store.ts';
import { created, decided } from '../../core/task/given.ts';
import { beginTask } from '../../engine/begin.ts';

export const ENDED = 100_000;
const EVENTS_OF_EACH = 10;
const OPEN = 200;

const SEED = `
INSERT INTO tasks (id, repository_id, repository, branch, command, title, status, requester, open,
  created_at, updated_at, origin, origin_key, waits_on, waits_since, reason)
SELECT 'old-' || n, n % 50, 'acme/' || n % 50, 'b', 'fix', 't', 'success', 'mona', false,
  now(), now(), 'issue', '#' || n, 'nobody', now(), ''
FROM generate_series(1, ${ENDED}) AS n;
INSERT INTO streams (kind, id, version, hash, folded)
SELECT 'task', 'old-' || n, ${EVENTS_OF_EACH}, 'sha256:' || n, '{}' FROM generate_series(1, ${ENDED}) AS n;
INSERT INTO events (stream_kind, stream_id, seq, type, v, at, body, prev, hash, recorded_at)
SELECT 'task', 'old-' || n, seq, 'run.queued', 1, '2026-11-01T00:00:00.000Z', '{}', '', '',
  now() - interval '30 days' + n * interval '25 seconds'
FROM generate_series(1, ${ENDED}) AS n, generate_series(1, ${EVENTS_OF_EACH}) AS seq;
`;

/** The ids of the open tasks, and what reads them. */
export async function seeded(url: string): Promise<{ store: Store; open: string[] }> {
  const client = new pg.Client(url);
  await client.connect();
  await client.query(SEED);
  // As autovacuum leaves it.
  await client.query('VACUUM ANALYZE');
  await client.end();
  const store = await createStore({ url, log: () => {} });
  const open = Array.from({ length: OPEN }, (_, n) => `open-${n}`);
  for (const [n, id] of open.entries())
    await beginTask(store.log, id, [created({ issue: n + 1 }), decided('task.start', 'allow')]);
  return { store, open };
}
