/** The search over decisions looks at a bounded number of them for each page, and misses none over all pages. */
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { DecisionPlace, DecisionQuery } from '../../../../src/engine/ports/decision-index.ts';
import { openStore, type TestStore } from '../database.ts';

let store: TestStore;
let sql: pg.Client;
beforeAll(async () => {
  store = await openStore();
  sql = new pg.Client({ connectionString: store.url });
  await sql.connect();
  // In repository 1 what was denied is old; repository 2 has fewer, all of which are older.
  await sql.query(`
    INSERT INTO tasks (id, repository_id, repository, branch, command, title, status, requester, open,
      created_at, updated_at, origin, origin_key, waits_on, waits_since, reason)
    SELECT 'task-' || n, n, 'acme/r' || n, '', 'fix', '', 'success', 'mona', false,
      now(), now(), 'issue', '#1', 'nobody', now(), '' FROM generate_series(1, 2) AS n;
    INSERT INTO decisions (task, seq, repository_id, action, outcome, resource, reason, policies, agent, at)
    SELECT 'task-' || r, n, r, 'run.start', CASE WHEN n % 4000 = 1 THEN 'deny' ELSE 'allow' END, '', '',
      '{a}', 'author', timestamptz '2026-01-01' + make_interval(secs => n / 2)
    FROM (VALUES (1, 16000), (2, 1000)) AS of(r, most), generate_series(1, most) AS n;
    INSERT INTO decision_policies
    SELECT task, seq, 'a', repository_id, action, outcome, agent, at FROM decisions`);
});
afterAll(async () => {
  await sql.end();
  await store.close();
});

/** What the pages have, each by how many rows. */
async function walk(query: Pick<DecisionQuery, 'filter' | 'sort'>) {
  const pages: number[] = [];
  const found: string[] = [];
  for (let after: DecisionPlace | null = null; ; ) {
    const limit = 3;
    const page = await store.decisions.list({ ...query, repositoryIds: [1, 2], after, limit });
    pages.push(page.rows.length);
    found.push(...page.rows.map(({ task, seq }) => `${task} ${seq}`));
    after = page.lookedTo ?? (page.rows.length === limit ? (page.rows.at(-1) ?? null) : null);
    if (after === null) return { pages, found };
  }
}

const DENIED = ['task-1 12001', 'task-1 8001', 'task-1 4001', 'task-2 1', 'task-1 1'];

it.each([
  ['agent', { agent: 'author' }],
  ['policy', { policy: 'a' }],
  ['action', { action: 'run.start' }],
] as const)('finds the few of many in both orders, by outcome and %s', async (_, by) => {
  const filter = { ...by, outcome: 'deny' } as const;
  const newest = await walk({ filter, sort: 'newest' });
  expect(newest.found).toEqual(DENIED);
  // A page looks at 5,000 of each repository.
  expect(newest.pages).toEqual([1, 1, 1, 2]);
  expect((await walk({ filter, sort: 'oldest' })).found).toEqual(DENIED.toReversed());
});

it('comes to an end where there is none', async () => {
  const filter = { agent: 'author', action: 'pr.merge' } as const;
  const { found, pages } = await walk({ filter, sort: 'newest' });
  expect(found).toEqual([]);
  expect(pages).toEqual([0, 0, 0, 0]);
});

it('fills its pages where one filter is enough', async () => {
  const { rows, lookedTo } = await store.decisions.list({
    filter: { outcome: 'allow', since: '2026-01-01T00:00:10.000Z' },
    sort: 'newest',
    repositoryIds: [1, 2],
    after: null,
    limit: 200,
  });
  expect(rows).toHaveLength(200);
  expect(lookedTo).toBeNull();
});
