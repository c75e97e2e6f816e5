/** GitHub, split by what is asked of it. Unless it knows an id, every write looks up GitHub's natural key first. */
import type { Person, Repository, Role } from '../../core/actor.ts';
import type { ShownRequest } from '../../core/approvals/request.ts';
import type { Anchor } from '../../core/checkpoint/anchor.ts';
import type { Examination } from '../../core/examination.ts';
import type { FailedCheck } from '../../core/failed-check.ts';
import type { ReviewReport } from '../../core/handover/review.ts';
import type { HeadVerdict, JudgedHead } from '../../core/judged-head.ts';
import type { Reply } from '../../core/reply.ts';
import type { RequestClass } from '../../core/request-class.ts';
import type { Surface } from '../../core/surface.ts';
import type { Target } from '../../core/target.ts';
import type { TaskView } from '../../core/view.ts';
import type { CheckOutput } from './check-output.ts';
import type { DeploymentFacts, DeploymentWrites } from './deployments.ts';
import type { ApprovalQuery, GitHubApproval } from './github-approval.ts';
import type { BacklogFacts, BacklogWrites } from './github-backlog.ts';
import type { OpenPull, PullFile } from './pulls.ts';
import type { ReviewRequest } from './review-request.ts';
import type { PushOutcome, SignedCommit } from './signed-commit.ts';
import type { Remote } from './workspace.ts';

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

  /** Trying again changes nothing. */
  get lasting(): boolean {
    return ['not_found', 'empty', 'forbidden', 'invalid'].includes(this.class);
  }
}

/** The App is not installed on the repository, or suspended there: its deliveries are not ours, and nothing can be done in it. */
export class NotInstalled extends GitHubFailure {}

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

/** What somebody said in a conversation. An agent reads it. */
export type Remark = {
  by: { id: number; login: string; role: Role } | null;
  body: string;
  at: string;
  /** Where, in words: on which issue or pull request, and on which line of it. */
  on: string;
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
    /** Everything that is kept about the repository is asked for anew: before it is acted on, and after it was changed. */
    renew(repository: Repository): Promise<void>;
    /** The account's role, by id; `none` on 404 or 403. Never `author_association`. */
    role(repository: Repository, account: { id: number; login: string }): Promise<Role>;
    /** People who can push, the first hundred of them. */
    writers(repository: Repository): Promise<Person[]>;
    issue(repository: Repository, number: number): Promise<IssueFacts>;
    pull(repository: Repository, number: number): Promise<PullFacts>;
    /** What a pull request changes, the first three thousand files. */
    pullFiles(repository: Repository, number: number): Promise<PullFile[]>;
    /** Comments, reviews and comments on lines of a pull request, the last 50 of each, without our own. */
    discussion(repository: Repository, pull: number): Promise<Remark[]>;
    /** A hundred comments at most. */
    review(repository: Repository, pull: number, review: number): Promise<ReviewRequest>;
    /** What the merge of a pull request waits for. */
    expectedChecks(repository: Repository, pull: number): Promise<ExpectedChecks>;
    /** Whether our own check is required on what is merged into this branch. */
    requiresOurs(repository: Repository, branch: string): Promise<boolean>;
    /** Whether what is merged into this branch has to be signed. */
    requiresSignatures(repository: Repository, branch: string): Promise<boolean>;
    /** Our check runs of a suite: the latest of each name, with what each is about. */
    ownChecks(repository: Repository, suite: number): Promise<{ name: string; about: string }[]>;
    /** The Apps that GitHub asked to check a commit, but for us, and whether each has begun. */
    checkSuites(repository: Repository, sha: string): Promise<{ app: string; begun: boolean }[]>;
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
    /** What a failing check says, as data: the last 64 KiB of its job's log, or what was reported. */
    checkOutput(
      repository: Repository,
      check: Pick<FailedCheck, 'id' | 'head' | 'reportedAs'>,
    ): Promise<CheckOutput>;
    /** Where to clone from, and a token narrowed to this repository: read, or write for pushing. */
    remote(repository: Repository, access: 'read' | 'write'): Promise<Remote>;
  };

/** What a surface showed when it was last written; null: nothing is known to stand. */
export type LastShown = {
  id: number;
  digest: string;
  head: string | null;
  conclusion: string | null;
  /** A write after it failed, and may have been done all the same. */
  doubted: boolean;
} | null;

export type GitHubWrites = BacklogWrites &
  DeploymentWrites & {
    /** 👀 on what called us. */
    acknowledge(repository: Repository, target: Target): Promise<void>;
    /** One comment per `key` (a hidden marker), rendered from the answer. */
    reply(
      repository: Repository,
      target: Target,
      reply: Reply,
      key: string,
    ): Promise<{ id: number }>;
    /** Writes another answer into the comment of that id, where it is still there. */
    editReply(repository: Repository, comment: number, reply: Reply, key: string): Promise<void>;
    /** One review per `key`, which approves nothing: findings on lines that the diff shows stand there. */
    review(
      repository: Repository,
      review: { pull: number; head: string; report: ReviewReport },
      key: string,
    ): Promise<{ id: number }>;
    /** Labels that are there stay, and one that the repository lacks is made. */
    addLabels(repository: Repository, issue: number, labels: readonly string[]): Promise<void>;
    removeLabel(repository: Repository, issue: number, label: string): Promise<void>;
    /** An issue of ours to ask people on, one for each task. */
    openIssue(repository: Repository, view: TaskView): Promise<{ number: number }>;
    openPull(
      repository: Repository,
      pull: { head: string; base: string; view: TaskView; draft: boolean },
    ): Promise<{ number: number; nodeId: string; head: string }>;
    markReady(repository: Repository, number: number): Promise<void>;
    /**
     * Merges exactly `sha`, or puts it into the merge queue where the base requires one, or says why
     * not: whatever it is, people can mend it. `queued`: it was put into the queue before, so it is
     * not put there again. `fresh` is asked right before the request that does it, and throws where
     * it is too late.
     */
    merge(
      repository: Repository,
      request: { number: number; sha: string; queued: boolean; fresh: () => Promise<void> },
    ): Promise<
      | { outcome: 'merged'; commit: string }
      | { outcome: 'moved'; head: string }
      | { outcome: 'blocked'; reason: string }
      /** We put it into the merge queue, or GitHub took out what we had put there. */
      | { outcome: 'queued' | 'dequeued'; reason: string }
      /** The branch lacks commits of the base, which asks for all of them. */
      | { outcome: 'behind'; base: string }
    >;
    /** Takes out of the merge queue what we put there. */
    leaveQueue(repository: Repository, number: number): Promise<void>;
    /** Has GitHub merge the base into the branch, where its head is `sha`; says in its words why it does not. */
    updateBranch(
      repository: Repository,
      number: number,
      sha: string,
    ): Promise<{ outcome: 'updating' } | { outcome: 'blocked'; reason: string }>;
    /** Deletes the branch where it still points at `sha`. */
    deleteBranch(repository: Repository, branch: string, sha: string): Promise<void>;
    /** The message of the commit that publishes the work, with its trailers. */
    commitMessage(view: TaskView): string;
    /**
     * Has GitHub itself make the commit, which it signs as the App's, and puts it on the branch.
     * `fresh` is asked right before the request that moves the branch, and throws where it is too late.
     */
    commitSigned(
      repository: Repository,
      commit: SignedCommit,
      fresh: () => Promise<void>,
    ): Promise<PushOutcome>;
    /** The check run `gatehouse/policy` on a head, one for each pull request; `null`: the default branch. */
    showPolicy(
      repository: Repository,
      pull: { number: number | null; head: string },
      examination: Examination,
    ): Promise<{ id: number }>;
    /** The check run `gatehouse/log` on a commit: an anchor of the log. */
    showAnchor(repository: Repository, head: string, anchor: Anchor): Promise<{ url: string }>;
    /** Our check on a commit that no task stands on; the same one is written again. */
    showHead(
      repository: Repository,
      about: JudgedHead,
      verdict: HeadVerdict,
    ): Promise<{ id: number }>;
    /**
     * Renders the surface from the latest state and writes it, where that differs from what stands. What
     * was shown before is written by its id; it is looked up where there is nothing, or it is doubted.
     */
    show(
      repository: Repository,
      surface: Surface,
      view: TaskView,
      last: LastShown,
    ): Promise<{ id: number; digest: string }>;
  };

/** Does work whose requests are for this, however deep inside it they are made. */
export type InClass = <T>(is: RequestClass, work: () => T) => T;
