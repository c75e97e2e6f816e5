/** What was spent: calls of models with their tokens and price, and the time of the worker. */
import { z } from 'zod';
import { addUsage, NO_USAGE, Usage } from './agent-event.ts';
import { type Amount, knownPrice } from './budget.ts';

const count = z.number().int().nonnegative();

/** What calls of one model came to. */
export const ModelSpend = z.strictObject({
  provider: z.string(),
  model: z.string(),
  calls: count,
  usage: Usage,
  /** Billionths of a US dollar; null: the price of the model is not known. */
  nanoUsd: count.nullable(),
});
export type ModelSpend = z.infer<typeof ModelSpend>;

/** What a run has spent so far, as the ledger says. */
export const RunSpend = z.strictObject({
  models: z.array(ModelSpend),
  /** How long it worked, and what the worker's time costs; null: that has no price. */
  work: z.strictObject({ ms: count, nanoUsd: count.nullable() }),
});
export type RunSpend = z.infer<typeof RunSpend>;

/** One thing that was spent: a call of a model, or time. */
export type Spent = { calls: number; usage: Usage; nanoUsd: number | null; ms: number };

export const totalTokens = ({ input, cached, cacheWrite, output }: Usage): number =>
  input + cached + cacheWrite + output;

export const amountOf = ({ calls, usage, nanoUsd, ms }: Spent): Amount => ({
  calls,
  tokens: totalTokens(usage),
  nanoUsd: nanoUsd ?? 0,
  ms,
});

/**
 * What several runs have spent on models. `nanoUsd` is what is known of it; `words` say what it cost, and
 * are empty where no model was called.
 */
type SpendTotal = {
  calls: number;
  usage: Usage;
  nanoUsd: number;
  unpriced: string[];
  words: string;
};

export function totalOf(spends: readonly RunSpend[]): SpendTotal {
  const total: SpendTotal = { calls: 0, usage: NO_USAGE, nanoUsd: 0, unpriced: [], words: '' };
  for (const { provider, model, calls, usage, nanoUsd } of spends.flatMap(({ models }) => models)) {
    const name = `${provider}/${model}`;
    total.calls += calls;
    total.usage = addUsage(total.usage, usage);
    total.nanoUsd += nanoUsd ?? 0;
    if (nanoUsd === null && !total.unpriced.includes(name)) total.unpriced.push(name);
  }
  if (total.calls > 0) total.words = knownPrice(total.nanoUsd, total.unpriced.length === 0).words;
  return total;
}
