/** What only the ledger in PostgreSQL has: entries that nobody changes, and sums that follow from them. */
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { NO_USAGE } from '../../../../src/core/agent-event.ts';
import { NO_AMOUNT } from '../../../../src/core/budget.ts';
import { ledgerContract } from '../../../contract/ledger.ts';
import { openStore, type TestStore } from '../database.ts';

const NOTHING_SPENT = { calls: 0, usage: NO_USAGE, nanoUsd: 0, ms: 0 };

let store: TestStore;
let pool: pg.Pool;
beforeAll(async () => {
  store = await openStore();
  pool = new pg.Pool({ connectionString: store.url });
  pool.on('error', () => {});
});
afterAll(async () => {
  await pool.end();
  await store.close();
});

ledgerContract('PostgreSQL', async () => ({
  ledger: store.ledger,
  async expire(id) {
    await pool.query(
      "UPDATE ledger_reservations SET expires_at = now() - interval '1 second' WHERE id = $1",
      [id],
    );
  },
  close: async () => {},
}));

test('entries are only added', async () => {
  const request = {
    by: { task: 'kept', run: 'author-1-1' },
    scopes: [{ kind: 'task' as const, key: 'task:kept', caps: {} }],
    model: { provider: 'openai', name: 'large' },
    prices: 'settings',
    fixed: { ...NO_AMOUNT, calls: 1 },
    each: { ...NO_AMOUNT, tokens: 1 },
    want: 1,
  };
  const reserved = await store.ledger.reserve(request);
  if (!reserved.ok) throw new Error('refused');
  await store.ledger.settle(reserved, NOTHING_SPENT);
  for (const change of [
    'UPDATE ledger_entries SET output = 0',
    'DELETE FROM ledger_entries',
    'TRUNCATE ledger_entries',
  ])
    await expect(pool.query(change)).rejects.toThrow('append-only');
});

test('the sums are what the entries come to', async () => {
  const { rows } = await pool.query(`
    SELECT s.key FROM ledger_sums s JOIN LATERAL (
      SELECT coalesce(sum(calls), 0) AS calls, coalesce(sum(nano_usd), 0) AS nano_usd,
        coalesce(sum(input + cached + cache_write + output), 0) AS tokens, coalesce(sum(ms), 0) AS ms
      FROM ledger_entries e WHERE s.key = ANY(e.scopes) AND kind <> 'reserved'
    ) e ON true
    WHERE (e.calls, e.tokens, e.nano_usd, e.ms)
      IS DISTINCT FROM (s.spent_calls, s.spent_tokens, s.spent_nano_usd, s.spent_ms)`);
  const { rows: counted } = await pool.query('SELECT count(*)::int AS sums FROM ledger_sums');
  expect(counted[0].sums).toBeGreaterThan(10);
  expect(rows).toEqual([]);
});
