/** The records of agents' runs: a projection of the tasks' events, written with them. */
import type { RunRecord } from '../../core/run-record.ts';

/** `task` and `run`: whose record it is. */
export type RunRow = RunRecord & { task: string; run: string };

/** What became of the runs of one role by one agent, in one repository or in several. */
export type RecordSum = {
  role: string;
  adapter: string;
  model: string | null;
  provider: string | null;
  /** `null`: in all that were asked for. */
  repository: { id: number; name: string } | null;
  runs: number;
  /** Runs whose work stood. */
  succeeded: number;
  /** Half of those whose work stood took no longer; null: there was none. */
  medianMs: number | null;
  tokens: number;
  /** What is known of the price of its models, and of how many runs that is not known. */
  nanoUsd: number;
  unpricedRuns: number;
  /** What policy denied to them, and how often people stepped in. */
  denied: number;
  interventions: number;
  /** How often people were asked, in the runs of which that is known. */
  asked: number;
  askedOf: number;
  /** Of the others: by the class of their failure, or by why their work did not stand; the most first. */
  failures: { class: string; runs: number }[];
  lastAt: string;
};

export type RunRecords = {
  /** Of one role, newest first. */
  ofRole(role: string, limit: number): Promise<RunRecord[]>;
  /** Of all roles, newest first. */
  since(from: Date, limit: number): Promise<RunRecord[]>;
  /** Of these repositories since then, what ran most first; `null`: of all. */
  sums(
    query: { repositories: readonly number[] | null; since: Date; byRepository: boolean },
    limit: number,
  ): Promise<RecordSum[]>;
};
