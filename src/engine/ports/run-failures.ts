/** Which runs of agents failed, summed up from their records and one by one. */

/** `code`: the class of the failure. `agent`: by its adapter. `day`: of UTC. */
export const FAILURE_GROUPS = ['code', 'role', 'agent', 'repository', 'day'] as const;
export type FailureGroup = (typeof FAILURE_GROUPS)[number];

export type FailureQuery = {
  /** By GitHub's ids: nothing of any other counts. */
  repositories: readonly number[];
  /** Ended at that time or later, and before the other. */
  from: Date;
  to: Date;
  /** Of this class, and of this role; null: of all. */
  code: string | null;
  role: string | null;
};

export type FailureSum = {
  key: string;
  /** Of a repository, as its latest task has it. */
  name: string | null;
  /** The runs that ended, well or not. */
  runs: number;
  failed: number;
  /** The most first. */
  codes: { code: string; runs: number }[];
  /** ISO 8601 */
  lastAt: string;
};

export type FailedRun = {
  task: string;
  title: string;
  repository: string;
  run: string;
  role: string;
  adapter: string;
  model: string | null;
  code: string;
  /** ISO 8601 */
  at: string;
};

export type RunFailures = {
  /** Those groups in which some run failed, the most failures first; `total`: of all groups. */
  sums(
    group: FailureGroup,
    query: FailureQuery,
    limit: number,
  ): Promise<{ rows: FailureSum[]; total: { runs: number; failed: number } }>;
  /** The runs that failed, the latest first. */
  latest(query: FailureQuery, limit: number): Promise<FailedRun[]>;
};
