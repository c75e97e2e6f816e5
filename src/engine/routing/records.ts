/** The record of each agent in each role: how often its work stood, for how much, how fast, how much by itself. */
import { type KnownPrice, knownPrice } from '../../core/budget.ts';
import type { Dependencies } from '../dependencies.ts';
import type { RecordSum } from '../ports/run-records.ts';

type AgentRecord = Omit<RecordSum, 'nanoUsd' | 'unpricedRuns' | 'asked' | 'askedOf'> & {
  /** From 0 to 1. */
  successRate: number;
  price: KnownPrice;
  /** What did not stand was paid as well; null: nothing stood. */
  pricePerSuccess: KnownPrice | null;
  /** How often people were asked in a run, on average; null: that is not known of any. */
  askedPerRun: number | null;
};

export async function recordsOf(
  { runRecords }: Pick<Dependencies, 'runRecords'>,
  query: Parameters<Dependencies['runRecords']['sums']>[0],
  limit: number,
): Promise<AgentRecord[]> {
  const sums = await runRecords.sums(query, limit);
  return sums.map(({ nanoUsd, unpricedRuns, asked, askedOf, ...sum }) => {
    const isWhole = unpricedRuns === 0;
    const each = sum.succeeded === 0 ? null : Math.round(nanoUsd / sum.succeeded);
    return {
      ...sum,
      successRate: sum.succeeded / sum.runs,
      price: knownPrice(nanoUsd, isWhole),
      pricePerSuccess: each === null ? null : knownPrice(each, isWhole),
      askedPerRun: askedOf === 0 ? null : asked / askedOf,
    };
  });
}
