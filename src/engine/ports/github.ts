/** What is read of GitHub, and how reading it fails. */
import type { Person, Repository, Role } from '../../core/actor.ts';
import type { ShownRequest } from '../../core/approvals/request.ts';
import type { FailedCheck } from '../../core/failed-check.ts';
import type { RequestClass } from '../../core/request-class.ts';
import type { Topic } from './changes.ts';
import type { CheckOutput } from './check-output.ts';
import type { DeploymentFacts } from './deployments.ts';
import type { ApprovalQuery, GitHubApproval } from './github-approval.ts';
import type { BacklogFacts } from './github-backlog.ts';
import type { OpenPull, PullFile } from './pulls.ts';
import type { ReviewRequest } from './review-request.ts';
import type { CommitMessage, Remote } from './workspace.ts';

/** A failure that the core can judge: whether to try again, and when. */
export class GitHubFailure extends Error {
  override readonly name = 'GitHubFailure';
  readonly class:
    | 'not_found'
    /** The repository has no commit. */
    | 'empty'
    | 'forbidden'
    | 'conflict'
    | 'invalid'
    /** People do not let us work in the repository: see `NotInstalled` and `Archived`. */
    | 'shut_out'
    | 'rate_limit'
    | 'server'
    | 'transport';
  readonly status: number | null;
  /** From `retry-after` or `x-ratelimit-reset`. */
  readonly retryAfterMs: number | null;
  /** The request did not get to GitHub. */
  unsent = false;
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

  /** GitHub's answer, which trying again does not change. Where we are shut out it says nothing yet. */
  get lasting(): boolean {
    return ['not_found', 'empty', 'forbidden', 'invalid'].includes(this.class);
  }

  /** What was asked for was not done; otherwise nobody knows. */
  get undone(): boolean {
    return this.unsent || !['server', 'transport'].includes(this.class);
  }

  /** GitHub answered, and answers alike until somebody changes something. */
  get refused(): boolean {
    return this.lasting || this.class === 'shut_out';
  }
}

/** The App is not installed on the repository, or suspended there: its deliveries are not ours, and nothing can be done in it. */
export class NotInstalled extends GitHubFailure {
  constructor(message: string, status: number | null) {
    super('shut_out', message, status);
  }
}

/** The repository is archived: nothing goes on in it until somebody unarchives it. */
export class Archived extends GitHubFailure {
  constructor(message: string) {
    super('shut_out', message, null);
  }
}

/** The App lacks a permission there. GitHub's answer, until people grant it. */
export class NotGranted extends GitHubFailure {
  constructor(message: string, status: number | null) {
    super('forbidden', message, status);
  }
}

export type IssueFacts = {
  number: number;
  /** GitHub numbers both alike. */
  isPull: boolean;
  title: string;
  body: string;
  author: { id: number; login: string; role: Role };
  state: 'open' | 'closed';
  locked: boolean;
  /** As they stand now, by name. */
  labels: string[];
  /** The title of the one that it is in. */
  milestone: string | null;
  comments: Remark[];
};

/** `complete`: there are no more of them. */
export type Writers = { people: (Person & { maintains: boolean })[]; complete: boolean };

/** What somebody said in a conversation. An agent reads it. */
export type Remark = {
  by: { id: number; login: string; role: Role } | null;
  body: string;
  at: string;
  /** Where, in words: on which issue or pull request, and on which line of it. */
  on: string;
  /** How many of the same kind came before it and were not read; missing where none did. */
  before?: number;
};

/** A check run or a commit status of somebody else: the latest of its name. */
export type ReportedCheck = {
  name: string;
  /** The id of the App whose check run it is; null of a commit status. */
  app: number | null;
  state: 'green' | 'failing' | 'pending';
  /** It ended without having run. */
  skipped: boolean;
  /** When it ended or was reported, by GitHub's clock; null where that is unknown. */
  at: string | null;
};

/** A check run or a commit status that failed. */
export type FailedOne = { by: 'run' | 'status'; id: number; name: string };

/** An App that GitHub asked to check a commit. */
export type AskedApp = {
  app: string;
  begun: boolean;
  /** It ended without any check, so that nothing else on the commit says so: a workflow that could not start. */
  endedEmpty: 'failed' | 'held' | null;
  /** When it last changed, by GitHub's clock; null where that is unknown. */
  at: string | null;
};

/** What is to be reported on a head, but for our own checks. */
export type ExpectedChecks = {
  /** By branch protection and rulesets. `app`: whose check it has to be; null: anybody's. */
  required: { name: string; app: number | null }[];
  /** Names that were reported on the base. */
  ranOnBase: string[];
};

export type PullFacts = {
  number: number;
  title: string;
  state: 'open' | 'closed';
  merged: boolean;
  mergeCommit: string | null;
  /** By our App. */
  mergedByUs: boolean;
  draft: boolean;
  locked: boolean;
  /** GitHub can't merge it: both sides changed the same lines. */
  conflicts: boolean;
  head: { ref: string; sha: string; repositoryId: number | null };
  base: { ref: string; sha: string };
  /** On the head, without our own. */
  checks: ReportedCheck[];
  /** Checks of our name by other Apps: nobody's verdict. */
  forged: { check: number; name: string; app: string }[];
};

/** The default branch, and what else the repository is now: it may have been renamed. */
export type DefaultBranch = {
  ref: string;
  sha: string;
  archived: boolean;
  owner: string;
  name: string;
};

export type GitHubFacts = BacklogFacts &
  DeploymentFacts & {
    /** A delivery is taken note of: what is kept and made old by it is asked for anew, by every process. */
    told(event: string, payload: unknown): Promise<void>;
    /**
     * What is kept about the repository is asked for anew: everything before it is acted on, and the topics
     * of what was changed after that.
     */
    renew(repository: Repository, topics?: readonly Topic[]): Promise<void>;
    /** The account's role, by id; `none` on 404 or 403. Never `author_association`. */
    role(repository: Repository, account: { id: number; login: string }): Promise<Role>;
    /** People who can push. */
    writers(repository: Repository): Promise<Writers>;
    /** The ids of the active members of a team of the owner; none where it is not there, or not shown to us. */
    team(repository: Repository, slug: string): Promise<number[]>;
    issue(repository: Repository, number: number): Promise<IssueFacts>;
    pull(repository: Repository, number: number): Promise<PullFacts>;
    /** The pull requests ahead of one in GitHub's merge queue: its merge group has them as well. */
    aheadInQueue(repository: Repository, pull: number): Promise<number[]>;
    /** The commits of a pull request, oldest first; null where there may be more than GitHub lists, which is 250. */
    pullCommits(repository: Repository, number: number): Promise<CommitMessage[] | null>;
    /** What a pull request changes, the first three thousand files. */
    pullFiles(repository: Repository, number: number): Promise<PullFile[]>;
    /** Comments, reviews and comments on lines of a pull request, 50 of each, the newest, without our own. */
    discussion(repository: Repository, pull: number): Promise<Remark[]>;
    /** A hundred comments at most. */
    review(repository: Repository, pull: number, review: number): Promise<ReviewRequest>;
    /** What the merge of a pull request waits for. */
    expectedChecks(repository: Repository, pull: number): Promise<ExpectedChecks>;
    /** Whether our own check is required on what is merged into this branch. */
    requiresOurs(repository: Repository, branch: string): Promise<boolean>;
    /** Whether this branch may be pushed to, as far as GitHub shows: not where it changes by pull requests. */
    takesPushes(repository: Repository, branch: string): Promise<boolean>;
    /** Whether what is merged into this branch has to be signed. */
    requiresSignatures(repository: Repository, branch: string): Promise<boolean>;
    /** Our check runs of a suite: the latest of each name, with what each is about. */
    ownChecks(repository: Repository, suite: number): Promise<{ name: string; about: string }[]>;
    /** The Apps that GitHub asked to check a commit, but for us. */
    checkSuites(repository: Repository, sha: string): Promise<AskedApp[]>;
    /** Whether an App set the latest status of this name on a commit, as far as can be known. */
    isStatusBy(
      repository: Repository,
      status: { sha: string; name: string; app: number },
    ): Promise<boolean>;
    /** Everything that the approval rules look at and that GitHub knows, live. */
    approval(repository: Repository, asked: ApprovalQuery): Promise<GitHubApproval>;
    /** What the comment that asks for an approval shows now; null where it is gone or not ours. */
    shownRequest(repository: Repository, comment: number): Promise<ShownRequest | null>;
    /** The commit a branch points at, `null` where there is none. */
    branch(repository: Repository, ref: string): Promise<string | null>;
    /** What a tag points at, `null` where there is none. */
    tag(repository: Repository, name: string): Promise<string | null>;
    /** The names of branches, the first thousand of them. */
    branches(repository: Repository): Promise<string[]>;
    /** What a branch that is not there any more is called now; `null` where it was not renamed. */
    renamedBranch(repository: Repository, ref: string): Promise<string | null>;
    defaultBranch(repository: Repository): Promise<DefaultBranch>;
    /** The repository `.github` of the same owner at its default branch; `null` where we reach none. */
    organization(repository: Repository): Promise<{ repository: Repository; sha: string } | null>;
    /** The open pull requests whose head is this commit, or has it in its history, the first hundred. */
    pullsAt(repository: Repository, sha: string): Promise<OpenPull[]>;
    /** The check runs of a suite that failed, the first hundred, oldest first. */
    failedChecks(repository: Repository, suite: number): Promise<{ id: number; name: string }[]>;
    /** The first check of another App that failed on a commit, or else a status that did; `null`: none. */
    failedAt(repository: Repository, sha: string): Promise<FailedOne | null>;
    /** What a failing check says, as data: the last 64 KiB of its job's log, or what was reported. */
    checkOutput(
      repository: Repository,
      check: Pick<FailedCheck, 'id' | 'head' | 'reportedAs'>,
    ): Promise<CheckOutput>;
    /** Where to clone from, and a token narrowed to this repository: read, or write for pushing. */
    remote(repository: Repository, access: 'read' | 'write'): Promise<Remote>;
  };

/** Does work whose requests are for this, however deep inside it they are made. */
export type InClass = <T>(is: RequestClass, work: () => T) => T;
