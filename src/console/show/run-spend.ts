/** What runs have spent at models, as far as their prices are known. */
import type { FromApi } from '../api/client.ts';
import { spent } from './money.ts';

/** Empty where no model was called. */
export function spentByRun(runs: FromApi<'Run'>[]): string {
  const models = runs.flatMap(({ spend }) => spend?.models ?? []);
  if (models.length === 0) return '';
  const known = models.map(({ nanoUsd }) => nanoUsd ?? 0);
  const unpriced = models.filter(({ nanoUsd }) => nanoUsd === null).map(({ model }) => model);
  return spent({
    nanoUsd: known.reduce((sum, each) => sum + each, 0),
    unpriced: [...new Set(unpriced)],
  });
}
