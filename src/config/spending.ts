/** What may be spent, and what it costs: budgets by scope, prices of models, the price of a worker's hour. */
import { z } from 'zod';
import { Budget, ScopeKind, tooSmall } from '../core/budget.ts';
import { jsonText } from './json-text.ts';

const Cap = Budget.superRefine((budget, context) => {
  for (const { unit, least } of tooSmall(budget))
    context.addIssue({ code: 'custom', path: [unit], message: `must be at least ${least}` });
});

export const budgets = jsonText(z.partialRecord(ScopeKind, Cap));
export type Budgets = z.infer<typeof budgets>;

/** US dollars for a million tokens. */
const usd = z.number().nonnegative().max(1_000_000);
const PriceText = z
  .strictObject({
    input: usd,
    output: usd,
    /** Of input that is read from a cache, and that is written to it; left out: the price of input. */
    cached: usd.optional(),
    cacheWrite: usd.optional(),
  })
  .transform(({ input, output, cached = input, cacheWrite = input }) => ({
    input,
    output,
    cached,
    cacheWrite,
  }));

export const prices = jsonText(
  z
    .record(z.string().regex(/^[\w.-]+\/.{1,200}$/, 'is not provider/model'), PriceText)
    .transform(named => new Map(Object.entries(named))),
);
export type PricesConfig = z.infer<typeof prices>;

export const workerHour = z
  .string()
  .regex(/^\d{1,6}(\.\d{1,9})?$/, 'is no amount such as 0.25')
  .transform(Number);
