/** What policy decided, one row for each decision in the log: a projection of the tasks' events. */
import type { Action, Outcome } from '../../core/decision.ts';

export type DecisionRow = {
  task: string;
  /** The number of its event. */
  seq: number;
  repositoryId: number;
  action: Action;
  outcome: Outcome;
  resource: string;
  /** The first reason. */
  reason: string;
  /** Ids of those that determined it. */
  policies: string[];
  /** The role that the agent worked in; null: it is about no run of an agent. */
  agent: string | null;
  /** ISO 8601, from the event. */
  at: string;
};

/** A decision with what its task's row says of it. */
export type ListedDecision = Omit<DecisionRow, 'repositoryId'> & {
  repository: string;
  title: string;
  issue: number | null;
  pull: number | null;
};

export type DecisionFilter = {
  action?: Action;
  outcome?: Outcome;
  agent?: string;
  /** The id of a policy that determined it. */
  policy?: string;
  /** ISO 8601: from this time on, and before that one. */
  since?: string;
  until?: string;
};

/** Where a decision stands in the order of time. */
export type DecisionPlace = Pick<DecisionRow, 'at' | 'task' | 'seq'>;

export type DecisionQuery = {
  /** The repositories whose decisions may be seen. */
  repositoryIds: readonly number[];
  filter: DecisionFilter;
  sort: 'newest' | 'oldest';
  /** The last row of the page before, or where that one stopped to look. */
  after: DecisionPlace | null;
  limit: number;
};

export type DecisionIndex = {
  /**
   * Looks at a bounded number of decisions. `lookedTo`: where it stopped before it had found `limit`, and where the
   * next page goes on; `null`: it found as many, or there are no more.
   */
  list(query: DecisionQuery): Promise<{ rows: ListedDecision[]; lookedTo: DecisionPlace | null }>;
  /** How many tasks are not indexed yet, after an upgrade; no more than `most` are counted. */
  countUnindexed(most: number): Promise<number>;
};
