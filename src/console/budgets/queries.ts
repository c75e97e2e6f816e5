/** What is asked about money. */
import { queryOptions } from '@tanstack/react-query';
import { answerOf, api } from '../api/client.ts';
import type { operations } from '../api/schema.d.ts';

/** The ledger grows while a run works, without an event that a page is told of. */
const LEDGER_MS = 15_000;

type SpendsQuery = NonNullable<operations['getSpends']['parameters']['query']>;

export const spendsQuery = (query: SpendsQuery) =>
  queryOptions({
    queryKey: ['spends', query],
    queryFn: ({ signal }) => answerOf(api.GET('/api/v1/spends', { params: { query }, signal })),
    refetchInterval: LEDGER_MS,
  });

export const budgetsQuery = queryOptions({
  queryKey: ['budgets'],
  queryFn: ({ signal }) => answerOf(api.GET('/api/v1/budgets', { signal })),
  refetchInterval: LEDGER_MS,
});
