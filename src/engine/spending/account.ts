/** What was reserved and spent in some time, by what it was spent on, with what a merge cost. */
import { type KnownPrice, knownPrice } from '../../core/budget.ts';
import type { Dependencies } from '../dependencies.ts';
import type { MergedGroup, SpendGroup, SpendQuery, SpendRow, SpendSum } from '../ports/spends.ts';

/** What was spent on models, and what the workers' time cost. */
type Bill = { models: KnownPrice; work: KnownPrice };

type Accounted = SpendSum &
  Bill & {
    /** How many pull requests were merged, and what one cost; null: none was, or the group has no tasks of its own. */
    merged: { pulls: number; each: Bill } | null;
  };

export type AccountRow = Accounted & Pick<SpendRow, 'key' | 'name'>;

type SpendAccount = {
  group: SpendGroup;
  rows: AccountRow[];
  /** Whether there are groups beyond the limit. They count in the total. */
  more: boolean;
  total: Accounted;
  /** Which prices the amounts rest on. */
  prices: { source: string; from: string; to: string }[];
};

export async function accountOf(
  { spends }: Pick<Dependencies, 'spends'>,
  group: SpendGroup,
  query: SpendQuery,
  limit: number,
): Promise<SpendAccount> {
  // One after the other: whoever looks takes one connection of those that all who look on have.
  const { rows: found, total, prices } = await spends.sums(group, query, limit + 1);
  const isMerged = isMergedGroup(group);
  const merged = await spends.merged(isMerged ? group : 'day', query);
  const mergedBy = (key: string | null) =>
    key === null || !isMerged ? 0 : (merged.byKey.get(key) ?? 0);
  return {
    group,
    rows: found.slice(0, limit).map(({ key, name, ...sum }) => ({
      key,
      name,
      ...accounted(sum, mergedBy(key)),
    })),
    more: found.length > limit,
    total: accounted(total, merged.total),
    prices: prices.map(({ source, from, to }) => ({
      source,
      from: from.toISOString(),
      to: to.toISOString(),
    })),
  };
}

const isMergedGroup = (group: SpendGroup): group is MergedGroup =>
  group !== 'role' && group !== 'agent' && group !== 'model';

function accounted(sum: SpendSum, pulls: number): Accounted {
  const { modelNanoUsd, unpricedCalls, workNanoUsd, unpricedWorkMs } = sum;
  const billOf = (share: number): Bill => ({
    models: knownPrice(Math.round(modelNanoUsd / share), unpricedCalls === 0),
    work: knownPrice(Math.round(workNanoUsd / share), unpricedWorkMs === 0),
  });
  return { ...sum, ...billOf(1), merged: pulls > 0 ? { pulls, each: billOf(pulls) } : null };
}
