/** What was spent, by group: the same as what the entries come to when a program adds them up. */
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { NO_USAGE } from '../../../../src/core/agent-event.ts';
import { NO_AMOUNT } from '../../../../src/core/budget.ts';
import type { Spent } from '../../../../src/core/spend.ts';
import type { SpendQuery } from '../../../../src/engine/ports/spends.ts';
import { openStore, type TestStore } from '../database.ts';

let store: TestStore;
let pool: pg.Pool;

const HOUR_MS = 3_600_000;
const lately: SpendQuery = {
  repositories: [1, 2],
  from: new Date(Date.now() - HOUR_MS),
  to: new Date(Date.now() + HOUR_MS),
};
const TODAY = new Date().toISOString().slice(0, 10);

type Use = {
  task: string;
  run: string;
  model: string | null;
  spent: Spent | null;
};
const tokens = (input: number, nanoUsd: number | null): Spent => ({
  calls: 1,
  usage: { ...NO_USAGE, input },
  nanoUsd,
  ms: 0,
});
const work = (ms: number, nanoUsd: number | null): Spent => ({
  calls: 0,
  usage: NO_USAGE,
  nanoUsd,
  ms,
});

/** Where nothing is spent yet, it stays reserved. */
const USES: Use[] = [
  { task: 'a', run: 'author-1-1', model: 'large', spent: tokens(100, 5_000) },
  { task: 'a', run: 'author-1-1', model: 'large', spent: tokens(50, 2_500) },
  { task: 'a', run: 'author-1-1', model: null, spent: work(60_000, 700) },
  { task: 'a', run: 'reviewer-1-1', model: 'unheard-of', spent: tokens(10, null) },
  { task: 'a', run: 'test-1-1', model: null, spent: work(5_000, null) },
  { task: 'b', run: 'author-1-1', model: 'small', spent: tokens(7, 70) },
  { task: 'b', run: 'author-1-1', model: 'small', spent: null },
  { task: 'c', run: 'author-1-1', model: 'large', spent: tokens(1_000, 90_000) },
];

beforeAll(async () => {
  store = await openStore();
  pool = new pg.Pool({ connectionString: store.url });
  pool.on('error', () => {});
  await pool.query(`
    INSERT INTO tasks (id, repository_id, repository, branch, command, title, status, requester, open,
      created_at, updated_at, origin, origin_key, waits_on, waits_since, reason)
    SELECT id, repository, 'acme/' || name, '', 'fix', 'Title of ' || id, 'active', person, true,
      now() + n * interval '1 second', now(), 'issue', id, 'gatehouse', now(), ''
    FROM (VALUES (1, 'a', 1, 'old-name', 'mona'), (2, 'b', 1, 'widgets', 'rey'), (3, 'c', 2, 'gadgets', 'mona'))
      AS t(n, id, repository, name, person)`);
  await pool.query(`
    INSERT INTO run_records (task, run, role, adapter, model, provider, repository_id, outcome, tokens, ms, ended_at, nano_usd)
    SELECT task, 'author-1-1', 'author', 'codex', 'large', 'openai',
      CASE task WHEN 'a' THEN 1 ELSE 2 END, 'success', 1, 1, now(), CASE task WHEN 'a' THEN 7500 ELSE 90000 END
    FROM unnest(ARRAY['a', 'c']) AS task`);
  await pool.query(`
    INSERT INTO events (stream_kind, stream_id, seq, type, v, at, body, prev, hash)
    VALUES ('task', 'a', 1, 'pull.merged', 1, now()::text, '{}', '', '')`);
  for (const use of USES) await spend(use);
});
afterAll(async () => {
  await pool.end();
  await store.close();
});

async function spend({ task, run, model, spent }: Use): Promise<void> {
  const reserved = await store.ledger.reserve({
    by: { task, run },
    scopes: [{ kind: 'day', key: `day:${TODAY}`, caps: {} }],
    model: model === null ? null : { provider: 'openai', name: model },
    prices: spent?.nanoUsd === null ? null : 'genai-prices 1.2.3',
    fixed: { ...NO_AMOUNT, calls: 1, tokens: 20, nanoUsd: 200 },
    each: { ...NO_AMOUNT, tokens: 1 },
    want: 10,
  });
  if (!reserved.ok) throw new Error('refused');
  if (spent) await store.ledger.settle(reserved, spent);
}

const totalIn = (uses: Use[]) => ({
  calls: sum(uses, ({ spent }) => spent?.calls),
  tokens: sum(uses, ({ spent }) => spent?.usage.input),
  modelNanoUsd: sum(uses, ({ model, spent }) => (model === null ? 0 : spent?.nanoUsd)),
  unpricedCalls: sum(uses, ({ model, spent }) => (model && spent?.nanoUsd === null ? 1 : 0)),
  workMs: sum(uses, ({ spent }) => spent?.ms),
  workNanoUsd: sum(uses, ({ model, spent }) => (model === null ? spent?.nanoUsd : 0)),
  unpricedWorkMs: sum(uses, ({ model, spent }) =>
    model === null && spent?.nanoUsd === null ? spent.ms : 0,
  ),
  tasks: new Set(uses.map(({ task }) => task)).size,
});
const sum = (uses: Use[], of: (use: Use) => number | null | undefined): number =>
  uses.reduce((total, use) => total + (of(use) ?? 0), 0);

const REPOSITORY: Record<string, string> = { a: '1', b: '1', c: '2' };
const PERSON: Record<string, string> = { a: 'mona', b: 'rey', c: 'mona' };
const hasRecord = ({ task, run }: Use) => run === 'author-1-1' && task !== 'b';

test.each([
  ['repository', ({ task }: Use) => REPOSITORY[task] ?? null],
  ['person', ({ task }: Use) => PERSON[task] ?? null],
  ['task', ({ task }: Use) => task],
  ['model', ({ model }: Use) => model && `openai/${model}`],
  ['day', () => TODAY],
  ['role', (use: Use) => (hasRecord(use) ? 'author' : null)],
  ['agent', (use: Use) => (hasRecord(use) ? 'codex' : null)],
] as const)('sums by %s are those of its entries', async (group, keyOf) => {
  const { rows, total } = await store.spends.sums(group, lately, 100);
  expect(total).toMatchObject(totalIn(USES));
  const keys = [...new Set(USES.map(keyOf))];
  expect(rows.map(({ key }) => key).sort()).toEqual(keys.sort());
  for (const row of rows)
    expect(row).toMatchObject(totalIn(USES.filter(use => keyOf(use) === row.key)));
});

test('the total is what all groups come to, with what is reserved and what has no price', async () => {
  const { total } = await store.spends.sums('model', lately, 1);
  expect(total).toEqual({
    ...totalIn(USES),
    unpriced: ['openai/unheard-of'],
    reserved: { calls: 1, tokens: 30, nanoUsd: 200, ms: 0 },
  });
});

test('what cost most comes first, groups have the name of their latest task, and the rest is cut', async () => {
  const { rows } = await store.spends.sums('repository', lately, 1);
  expect(rows).toMatchObject([{ key: '2', name: 'acme/gadgets' }]);
  const more = await store.spends.sums('repository', lately, 2);
  expect(more.rows[1]).toMatchObject({ key: '1', name: 'acme/widgets' });
});

test('nothing of a repository that one may not see counts, nor what was at another time', async () => {
  const theirs = { ...lately, repositories: [2] };
  expect(await store.spends.sums('task', theirs, 100)).toMatchObject({
    rows: [{ key: 'c' }],
    total: { calls: 1 },
  });
  expect(await store.spends.sums('task', { ...lately, repositories: [] }, 100)).toMatchObject({
    rows: [],
    total: { calls: 0, reserved: NO_AMOUNT },
    prices: [],
  });
  const before = { ...lately, to: lately.from, from: new Date(0) };
  expect((await store.spends.sums('day', before, 100)).rows).toEqual([]);
  expect(await store.spends.merged('repository', theirs)).toEqual({ byKey: new Map(), total: 0 });
});

test.each([
  ['repository', '1'],
  ['person', 'mona'],
  ['task', 'a'],
  ['day', TODAY],
] as const)('merged pull requests are counted by %s', async (group, key) => {
  expect(await store.spends.merged(group, lately)).toEqual({
    byKey: new Map([[key, 1]]),
    total: 1,
  });
});

test('says which prices the amounts rest on, and since when', async () => {
  const {
    prices: [prices, ...more],
  } = await store.spends.sums('model', lately, 100);
  expect(more).toEqual([]);
  expect(prices?.source).toBe('genai-prices 1.2.3');
  expect(prices?.to.getTime()).toBeGreaterThanOrEqual(prices?.from.getTime() ?? Infinity);
});

test('the record of an agent says how often its work stood, for how much, and how often people were asked', async () => {
  const since = new Date(Date.now() - HOUR_MS);
  await pool.query(`
    INSERT INTO run_records (task, run, role, adapter, model, provider, repository_id, outcome, class, tokens, ms, asked, ended_at, rejected, denied, interventions, nano_usd)
    VALUES ('a', 'author-1-2', 'author', 'codex', 'large', 'openai', 1, 'failure', 'timeout', 5, 9, 2, now(), NULL, 2, 1, NULL),
      ('c', 'author-1-2', 'author', 'codex', 'large', 'openai', 2, 'success', NULL, 5, 9, NULL, now(), 'red', 1, 0, 500),
      ('a', 'author-0-1', 'author', 'codex', 'large', 'openai', 1, 'success', NULL, 5, 9, 2, now() - interval '1 day', NULL, 9, 9, 7)`);
  const whole = { repositories: [1, 2], since, byRepository: false };
  const [codex, ...more] = await store.runRecords.sums(whole, 10);
  expect(more).toEqual([]);
  expect(codex).toMatchObject({
    ...{ role: 'author', adapter: 'codex', model: 'large', repository: null },
    ...{ runs: 4, succeeded: 2, medianMs: 1, nanoUsd: 98_000, unpricedRuns: 1 },
    ...{
      denied: 3,
      interventions: 1,
      asked: 2,
      askedOf: 1,
      failures: expect.arrayContaining([
        { class: 'timeout', runs: 1 },
        { class: 'red', runs: 1 },
      ]),
    },
  });
  const apart = await store.runRecords.sums({ ...whole, byRepository: true }, 10);
  expect(apart.map(({ repository, runs }) => [repository?.name, runs])).toEqual([
    ['acme/widgets', 2],
    ['acme/gadgets', 2],
  ]);
  expect(await store.runRecords.sums({ ...whole, repositories: [3] }, 10)).toEqual([]);
  expect(await store.runRecords.sums({ ...whole, repositories: null }, 10)).toEqual([codex]);
});
