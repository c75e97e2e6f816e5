/** The record of each agent in each role: how often its work stood, for how much, how fast, how much by itself; and the trust that it has earned. */
import { type KnownPrice, knownPrice } from '../../core/budget.ts';
import { proposeTrust, type TrustProposal } from '../../core/propose-trust.ts';
import type { Dependencies } from '../dependencies.ts';
import type { RecordSum, RunRecords } from '../ports/run-records.ts';

export type AgentRecord = Omit<RecordSum, 'nanoUsd' | 'unpricedRuns' | 'asked' | 'askedOf'> & {
  /** From 0 to 1. */
  successRate: number;
  price: KnownPrice;
  /** What did not stand was paid as well; null: nothing stood. */
  pricePerSuccess: KnownPrice | null;
  /** How often people were asked in a run, on average; null: that is not known of any. */
  askedPerRun: number | null;
  /** Null: the role is a repository's own, or is gone. */
  trust: TrustProposal | null;
};

export async function recordsOf(
  {
    runRecords,
    profiles,
  }: { runRecords: Pick<RunRecords, 'sums'>; profiles: Dependencies['profiles'] },
  query: Parameters<RunRecords['sums']>[0],
  limit: number,
): Promise<AgentRecord[]> {
  const sums = await runRecords.sums(query, limit);
  return sums.map(({ nanoUsd, unpricedRuns, asked, askedOf, ...sum }) => {
    const isWhole = unpricedRuns === 0;
    const profile = profiles.get(sum.role);
    const each = sum.succeeded === 0 ? null : Math.round(nanoUsd / sum.succeeded);
    return {
      ...sum,
      successRate: sum.succeeded / sum.runs,
      price: knownPrice(nanoUsd, isWhole),
      pricePerSuccess: each === null ? null : knownPrice(each, isWhole),
      askedPerRun: askedOf === 0 ? null : asked / askedOf,
      trust: profile ? proposeTrust(profile, sum) : null,
    };
  });
}
