/** A database as it is after years: tasks and events copied from a recorded walk by SQL, not by walks. */
import pg from 'pg';
import { createStore, type Store } from '../../../src/adapters/store/store.ts';
import type { Folded } from '../../../src/core/fold.ts';
import { newToken } from '../../../src/engine/machine-tokens.ts';
import { taskRow } from '../../../src/engine/rows/task-row.ts';
import { asTask, fold, STATE_VERSION, start } from '../../../src/engine/streams.ts';
import { readHistory, streamsOf } from '../../histories/history.ts';

export const TASKS = 100_000;
const EVENTS_OF_EACH = 10;
/** The tasks that are whole, with a state to show; the others are rows of lists with events. */
export const WHOLE_TASKS = 2_000;
export const REPOSITORIES = 200;
export const LONG = { task: 'long', events: 20_000 };

const SMALL = JSON.stringify({
  data: {},
  actor: { kind: 'gatehouse' },
  correlation: {},
  settles: null,
});

/** The token that sees every repository. */
export async function seed(url: string): Promise<string> {
  const store = await createStore({ url, log: () => {} });
  const client = new pg.Client(url);
  await client.connect();
  try {
    const id = await appendWalk(store);
    await client.query(
      `INSERT INTO tasks SELECT (json_populate_record(t, json_build_object(
         'id', 'task-' || n, 'repository_id', 1000 + n % $2, 'repository', 'acme/r' || n % $2,
         'title', t.title || ' ' || n, 'origin_key', '#' || n, 'issue', n,
         'open', n % 50 < 3, 'status', CASE WHEN n % 50 < 3 THEN 'active' ELSE 'success' END,
         'waits_on', (ARRAY['person', 'gatehouse', 'github', 'nobody'])[least(n % 50, 3) + 1],
         'created_at', now() - n * interval '7 minutes', 'updated_at', now() - n * interval '6 minutes',
         'waits_since', now() - n * interval '5 minutes'))).*
       FROM tasks t, generate_series(1, $3::int) AS n WHERE t.id = $1`,
      [id, REPOSITORIES, TASKS],
    );
    await client.query(
      `INSERT INTO streams (kind, id, version, hash, folded)
       SELECT kind, 'task-' || n, version, hash, folded FROM streams, generate_series(1, $2::int) AS n
       WHERE kind = 'task' AND id = $1`,
      [id, WHOLE_TASKS],
    );
    const events = (stream: string) =>
      `INSERT INTO events (stream_kind, stream_id, seq, type, v, at, body, prev, hash)
       SELECT 'task', ${stream}, seq, 'pull.signaled', 1, '2026-11-22T10:00:00.000Z', $1,
         md5(seq::text), md5((seq + 1)::text)`;
    await client.query(
      `INSERT INTO events (stream_kind, stream_id, seq, type, v, at, body, prev, hash)
       SELECT stream_kind, 'task-' || n, seq, type, v, at, body, prev, hash
       FROM events, generate_series(1, $2::int) AS n WHERE stream_id = $1 AND seq = 1`,
      [id, TASKS],
    );
    await client.query(
      `${events(`'task-' || n`)} FROM generate_series(1, $2::int) AS n, generate_series(2, $3::int) AS seq`,
      [SMALL, TASKS, EVENTS_OF_EACH],
    );
    await client.query(`${events(`'${LONG.task}'`)} FROM generate_series(1, $2::int) AS seq`, [
      SMALL,
      LONG.events,
    ]);
    await client.query(
      `INSERT INTO tasks SELECT (json_populate_record(t, '{"id": "${LONG.task}", "origin_key": "long", "repository_id": 1000, "repository": "acme/r0"}')).*
       FROM tasks t WHERE t.id = $1`,
      [id],
    );
    await client.query(
      `INSERT INTO approvals SELECT 'task-' || n, 'approval-1', 1000 + n % $1, n % 50 = 0,
         CASE WHEN n % 50 = 0 THEN 'requested' ELSE 'used' END, 'merge', 'pr.merge', '#' || n,
         md5(n::text), 'sha256:' || md5(n::text), 'It runs as soon as it is pushed.',
         ARRAY['a maintainer'], 1, '{}', '{}', '{}', '{}',
         now() - n * interval '7 minutes', now() - n * interval '5 minutes'
       FROM generate_series(1, $2::int) AS n`,
      [REPOSITORIES, TASKS],
    );
    await client.query(
      `INSERT INTO run_records SELECT 'task-' || n, 'run-' || r, 'role-' || r, 'codex', 'gpt-5',
         'openai', 1000 + n % $1, CASE WHEN n % 7 = 0 THEN 'failure' ELSE 'success' END, NULL, 1000,
         60000, now() - n * interval '7 minutes', 0, NULL, 0, 0, 1000000
       FROM generate_series(1, $2::int) AS n, generate_series(1, 3) AS r`,
      [REPOSITORIES, TASKS],
    );
    await client.query(
      `INSERT INTO ledger_entries (kind, reservation, task, run, scopes, provider, model, calls,
         input, cached, cache_write, output, reasoning, nano_usd, ms, at)
       SELECT 'spent', 'r' || n, 'task-' || n, 'run-' || r, '{}', 'openai', 'gpt-' || n % 5, 1,
         1000, 0, 0, 100, 0, 1000000, 0, now() - n * interval '7 minutes'
       FROM generate_series(1, $1::int) AS n, generate_series(1, 3) AS r`,
      [TASKS],
    );
    await client.query(
      `INSERT INTO ledger_sums (key, spent_calls, spent_tokens, spent_nano_usd)
       SELECT 'repository:' || 1000 + n || ':' || to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM'),
         1500, 1650000, 1500000000 + n
       FROM generate_series(0, $1::int - 1) AS n`,
      [REPOSITORIES],
    );
    await client.query('ANALYZE');
    const names = Array.from({ length: REPOSITORIES }, (_, at) => `acme/r${at}`);
    return await readingToken(store, names);
  } finally {
    await client.end();
    await store.close();
  }
}

export async function readingToken(
  { machineTokens }: Pick<Store, 'machineTokens'>,
  names: readonly string[],
): Promise<string> {
  const { id, text, digest } = newToken();
  await machineTokens.create({
    id,
    digest,
    project: 'bench',
    repositories: names.map(name => ({ name, alias: null })),
    commands: ['fix'],
    trusted: false,
    reads: true,
    expiresAt: new Date(Date.now() + 3_600_000),
  });
  return text;
}

/** Its id. */
export async function appendWalk({ log }: Pick<Store, 'log'>): Promise<string> {
  const audit = await readHistory('full-walk');
  const [stream] = await streamsOf(audit);
  if (!stream) throw new Error('the recorded walk is empty');
  const events = await Array.fromAsync(audit.events(stream));
  const folded = events.reduce<Folded<unknown>>(fold, start('task'));
  const appended = await log.append({
    stream,
    expected: 0,
    events,
    folded: { stateVersion: STATE_VERSION, folded },
    open: [],
    task: taskRow(stream.id, asTask(folded)),
    runs: [],
    fence: null,
  });
  if (appended.outcome !== 'appended') throw new Error(appended.outcome);
  return stream.id;
}
