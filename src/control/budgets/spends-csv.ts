/** `GET /api/v1/spends.csv`: the same as a table for spreadsheets. */
import { z } from 'zod';
import { usdOf } from '../../core/budget.ts';
import { type AccountRow, accountOf } from '../../engine/spending/account.ts';
import { endpoint } from '../endpoint.ts';
import { periodOf } from '../period.ts';
import { csvOf } from './csv.ts';
import { SpendsAsked } from './spends-asked.ts';

const HEAD = [
  'key',
  'name',
  'calls',
  'tokens',
  'models_usd',
  'unpriced_calls',
  'unpriced_models',
  'work_minutes',
  'work_usd',
  'reserved_usd',
  'tasks',
  'merged_pulls',
];

export const downloadSpends = endpoint(
  {
    method: 'get',
    path: '/api/v1/spends.csv',
    tag: 'budgets',
    summary: 'What was reserved and spent, as CSV.',
    query: SpendsAsked.extend({
      limit: z.coerce.number().int().min(1).max(10_000).default(10_000),
    }),
    ok: z.string(),
    media: 'text/csv; charset=utf-8',
  },
  async ({ viewer, query }, { spends, clock, taskPages }) => {
    const asked = await periodOf(query, viewer, { now: clock.now(), taskPages });
    const { group, rows } = await accountOf({ spends }, query.group, asked, query.limit);
    const text = csvOf([HEAD, ...rows.map(cellsOf)]);
    const days = [asked.from, asked.to].map(time => time.toISOString().slice(0, 10)).join('-');
    const name = `attachment; filename="spends-${group}-${days}.csv"`;
    const headers = { 'content-disposition': name };
    return { ok: true, etag: null, headers, body: Buffer.from(text, 'utf8') };
  },
);

/** An amount of which nothing is known is left empty: it is not 0. */
const cellsOf = (row: AccountRow): (string | number | null)[] => [
  row.key,
  row.name,
  row.calls,
  row.tokens,
  row.models.words === 'unpriced' ? null : usdOf(row.modelNanoUsd),
  row.unpricedCalls,
  row.unpriced.join(' '),
  Math.round(row.workMs / 6_000) / 10,
  row.work.words === 'unpriced' ? null : usdOf(row.workNanoUsd),
  usdOf(row.reserved.nanoUsd),
  row.tasks,
  row.merged?.pulls ?? 0,
];
