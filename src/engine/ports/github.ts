/** GitHub, split by what is asked of it. Every write looks up GitHub's natural key before it acts. */
import type { Repository } from '../../core/actor.ts';
import type { Answer } from '../../core/answer.ts';
import type { ApprovalFacts, Role } from '../../core/approvals/facts.ts';
import type { Surface } from '../../core/surface.ts';
import type { Target } from '../../core/target.ts';
import type { TaskView } from '../../core/view.ts';

/** A failure that the core can judge: whether to try again, and when. */
export class GitHubFailure extends Error {
  override readonly name = 'GitHubFailure';
  readonly class:
    | 'not_found'
    | 'forbidden'
    | 'conflict'
    | 'invalid'
    | 'rate_limit'
    | 'server'
    | 'transport';
  readonly status: number | null;
  /** From `retry-after` or `x-ratelimit-reset`. */
  readonly retryAfterMs: number | null;
  constructor(
    kind: GitHubFailure['class'],
    message: string,
    status: number | null,
    retryAfterMs: number | null = null,
  ) {
    super(message);
    this.class = kind;
    this.status = status;
    this.retryAfterMs = retryAfterMs;
  }
}

export type IssueFacts = {
  number: number;
  title: string;
  body: string;
  author: { id: number; login: string; role: Role };
  state: 'open' | 'closed';
  locked: boolean;
  isPull: boolean;
  /** Comments in order, at most the last 50. */
  comments: {
    id: number;
    by: { id: number; login: string; role: Role } | null;
    body: string;
    at: string;
  }[];
};

export type PullFacts = {
  number: number;
  nodeId: string;
  state: 'open' | 'closed';
  merged: boolean;
  mergeCommit: string | null;
  draft: boolean;
  head: { ref: string; sha: string; repositoryId: number | null };
  base: { ref: string; sha: string };
  author: { id: number; login: string } | null;
  /** GitHub's own verdict: clean, blocked, unstable, behind, dirty, draft, has_hooks, unknown. */
  mergeableState: string;
  /** Check runs on the head that are not ours and not green, by name. */
  checks: { name: string; app: string; status: string; conclusion: string | null }[];
};

export type JobLog = { name: string; text: string; annotations: string[] };

export type GitHubFacts = {
  /** The account's role now, by id; `none` on 404 or 403. Never `author_association`. */
  role(repository: Repository, account: { id: number; login: string }): Promise<Role>;
  issue(repository: Repository, number: number): Promise<IssueFacts>;
  pull(repository: Repository, number: number): Promise<PullFacts>;
  approval(
    repository: Repository,
    number: number,
    requester: { id: number; login: string } | null,
  ): Promise<ApprovalFacts>;
  /** The commit a branch points at, `null` where there is none. */
  branch(repository: Repository, ref: string): Promise<string | null>;
  defaultBranch(repository: Repository): Promise<{ ref: string; sha: string }>;
  /** Throws `not_found` where another repository has its name by now. */
  repository(repository: Repository): Promise<{ defaultBranch: string; archived: boolean }>;
  /** The failing job's log, last 64 KiB, as data. */
  jobLog(repository: Repository, checkRunId: number): Promise<JobLog>;
  /** Where to clone from, and a token narrowed to this repository: read, or write for pushing. */
  remote(
    repository: Repository,
    access: 'read' | 'write',
  ): { url: string; token: () => Promise<string> };
};

export type GitHubWrites = {
  /** 👀 on what called us. */
  acknowledge(repository: Repository, target: Target): Promise<void>;
  /** One comment per `key` (a hidden marker), rendered from the answer. */
  answer(
    repository: Repository,
    target: Target,
    answer: Answer,
    key: string,
  ): Promise<{ id: number }>;
  removeLabel(repository: Repository, issue: number, label: string): Promise<void>;
  openPull(
    repository: Repository,
    pull: { head: string; base: string; view: TaskView; draft: boolean },
  ): Promise<{ number: number; nodeId: string; head: string }>;
  markReady(repository: Repository, number: number): Promise<void>;
  /** Merges exactly `sha`, or says why not. `blocked` may change by itself; `refused` does not. */
  merge(
    repository: Repository,
    number: number,
    sha: string,
  ): Promise<
    | { outcome: 'merged'; commit: string }
    | { outcome: 'moved'; head: string }
    | { outcome: 'blocked'; reason: string }
    | { outcome: 'refused'; reason: string }
  >;
  /** Deletes the branch where it still points at `sha`. */
  deleteBranch(repository: Repository, branch: string, sha: string): Promise<void>;
  /** The message of the commit that publishes the work, with its trailers. */
  commitMessage(view: TaskView): string;
  /**
   * Renders the surface from the latest state and writes it, where that differs from what stands.
   * `last` is what was shown before: the same digest (on the same head) needs no request at all.
   */
  show(
    repository: Repository,
    surface: Surface,
    view: TaskView,
    last: { id: number; digest: string; head: string | null } | null,
  ): Promise<{ id: number; digest: string }>;
};
