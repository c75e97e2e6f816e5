/** The records of agents' runs: a projection of the tasks' events, written with them. */
import type { RunRecord } from '../../core/run-record.ts';

/** `task` and `run`: whose record it is. */
export type RunRow = RunRecord & { task: string; run: string };

export type RunRecords = {
  /** Of one role, newest first. */
  ofRole(role: string, limit: number): Promise<RunRecord[]>;
  /** Of all roles, newest first. */
  since(from: Date, limit: number): Promise<RunRecord[]>;
};
