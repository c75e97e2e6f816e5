export type Conclusion =
  | 'action_required'
  | 'cancelled'
  | 'failure'
  | 'neutral'
  | 'success'
  | 'skipped'
  | 'stale'
  | 'timed_out';

export interface Annotation {
  readonly path: string;
  readonly start_line: number;
  readonly end_line: number;
  readonly start_column?: number;
  readonly end_column?: number;
  readonly annotation_level: 'notice' | 'warning' | 'failure';
  readonly message: string;
  readonly title?: string;
  readonly raw_details?: string;
}

export interface CheckAction {
  readonly label: string;
  readonly description: string;
  readonly identifier: string;
}

export interface CheckSuite {
  readonly id: number;
  readonly appId: number;
  readonly headSha: string;
  readonly headBranch: string | null;
  readonly createdAt: string;
  updatedAt: string;
  /** Somebody asked for it again, and its App has written nothing since. */
  rerequested: boolean;
}

export interface CheckRun {
  readonly id: number;
  readonly suiteId: number;
  readonly appId: number;
  readonly headSha: string;
  name: string;
  status: 'queued' | 'in_progress' | 'completed';
  conclusion: Conclusion | null;
  startedAt: string | null;
  completedAt: string | null;
  externalId: string | null;
  detailsUrl: string | null;
  title: string | null;
  summary: string | null;
  text: string | null;
  readonly annotations: Annotation[];
  actions: readonly CheckAction[];
  /** The log of the Actions job behind it; a check of another App has none. */
  log: string | null;
}

export interface CommitStatus {
  readonly id: number;
  readonly sha: string;
  readonly context: string;
  readonly state: 'error' | 'failure' | 'pending' | 'success';
  readonly description: string | null;
  readonly targetUrl: string | null;
  readonly creatorId: number;
  readonly createdAt: string;
}

/** The newest run of each name in its suite: older ones were superseded. Each run of a workflow has a suite of its own. */
export function latestRuns(runs: readonly CheckRun[], sha: string): CheckRun[] {
  const latest = new Map<string, CheckRun>();
  for (const run of runs) {
    if (run.headSha === sha) latest.set(`${run.suiteId} ${run.name}`, run);
  }
  return [...latest.values()];
}

export function latestStatuses(statuses: readonly CommitStatus[], sha: string): CommitStatus[] {
  const ofCommit = statuses.filter(status => status.sha === sha);
  return [...new Map(ofCommit.map(status => [status.context, status])).values()];
}

export function passed(run: CheckRun): boolean {
  return ['success', 'neutral', 'skipped'].includes(run.conclusion ?? '');
}
