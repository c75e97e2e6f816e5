/** What a run may spend and has spent. */
import type { ReachedCap } from '../../budget.ts';
import type { RunSpend } from '../../spend.ts';

export type RunBudget = {
  /** The run whose budget it is: its own, or that of the one that reached a cap before it. */
  of: string;
  /** What it has spent, up to which entry of the ledger; null: nothing was told of it yet. */
  spent: { until: number; spend: RunSpend } | null;
  /** The cap that it reached; and the one that must be raised before it starts. */
  reached: ReachedCap | null;
  raises: ReachedCap | null;
};

/** A cap that was raised. `of`: the run whose own cap it is, where it is one of a run. `at`: ISO 8601, in UTC. */
export type RaisedCap = { reached: ReachedCap; to: number; of: string; at: string };
