/** What was reserved and spent, by what it was spent on: read from the ledger, which alone counts. */
import type { Amount } from '../../core/budget.ts';

/** `agent`: by its adapter. `person`: whoever the task is done for. `day`: of UTC. */
export const SPEND_GROUPS = [
  'repository',
  'role',
  'agent',
  'model',
  'person',
  'task',
  'day',
] as const;
export type SpendGroup = (typeof SPEND_GROUPS)[number];

export type SpendQuery = {
  /** By GitHub's ids: nothing of any other counts. */
  repositories: readonly number[];
  /** Recorded at that time or later, and before the other. What is reserved is so now. */
  from: Date;
  to: Date;
};

export type SpendSum = {
  /** Calls of models, their tokens, and what is known of their price. */
  calls: number;
  tokens: number;
  modelNanoUsd: number;
  /** Calls whose price is not known, and their models, as `provider/model`. */
  unpricedCalls: number;
  unpriced: string[];
  /** The worker's time, what is known of its price, and the part without a price. */
  workMs: number;
  workNanoUsd: number;
  unpricedWorkMs: number;
  reserved: Amount;
  tasks: number;
};

/**
 * `key` is null for what has none: of roles and agents, what commands and runs took that were canceled
 * or have not ended; of models, the worker's time.
 */
export type SpendRow = SpendSum & { key: string | null; name: string | null };

/** Which prices the amounts rest on, and when each was used first and last. */
export type UsedPrices = { source: string; from: Date; to: Date };

/** Pull requests that were merged, by the key of the group, and all of them. */
export type MergedPulls = { byKey: ReadonlyMap<string, number>; total: number };

/** Those groups that tasks tell: of no other it can be said what was merged. */
export type MergedGroup = Extract<SpendGroup, 'repository' | 'person' | 'task' | 'day'>;

export type Spends = {
  /** What cost most first, at most `limit` groups, and the sum of all there are. */
  sums(
    group: SpendGroup,
    query: SpendQuery,
    limit: number,
  ): Promise<{ rows: SpendRow[]; total: SpendSum; prices: UsedPrices[] }>;
  merged(group: MergedGroup, query: SpendQuery): Promise<MergedPulls>;
};
