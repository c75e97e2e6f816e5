/** What is written to GitHub. Unless it knows an id, every write looks up GitHub's natural key first. */
import type { Repository } from '../../core/actor.ts';
import type { Anchor } from '../../core/checkpoint/anchor.ts';
import type { Examination } from '../../core/examination.ts';
import type { ReviewReport } from '../../core/handover/review.ts';
import type { HeadVerdict, JudgedHead } from '../../core/judged-head.ts';
import type { Reply } from '../../core/reply.ts';
import type { Surface } from '../../core/surface.ts';
import type { Target } from '../../core/target.ts';
import type { TaskView } from '../../core/view.ts';
import type { DeploymentWrites } from './deployments.ts';
import type { BacklogWrites } from './github-backlog.ts';
import type { Merged, MergeRequest } from './merging.ts';
import type { PushOutcome, SignedCommit } from './signed-commit.ts';

/** What a surface showed when it was last written; `nothing`: it never was; null: that is not known. */
export type LastShown =
  | {
      id: number;
      digest: string;
      head: string | null;
      conclusion: string | null;
      /** A write after it failed, and may have been done all the same. */
      doubted: boolean;
    }
  | 'nothing'
  | null;

export type GitHubWrites = BacklogWrites &
  DeploymentWrites & {
    /** Asks for the tokens with which a pull request is opened and shown: the writes then wait for none. */
    preparePull(repository: Repository): void;
    /** Asks for what a merge looks at before it, which it then believes as long as the facts of a pull request. */
    prepareMerge(repository: Repository, pull: Pick<MergeRequest, 'number' | 'base'>): void;
    /** 👀 on what called us. */
    acknowledge(repository: Repository, target: Target): Promise<void>;
    /** One comment per `key` (a hidden marker), rendered from the answer. */
    reply(
      repository: Repository,
      target: Target,
      reply: Reply,
      key: string,
    ): Promise<{ id: number }>;
    /** A reply that nobody can have given before: it is not looked for. */
    replyAnew: GitHubWrites['reply'];
    /** Writes another answer into the comment of that id, where it is still there; false: it is gone. */
    editReply(repository: Repository, comment: number, reply: Reply, key: string): Promise<boolean>;
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
    markReady(repository: Repository, pull: { number: number; nodeId: string }): Promise<void>;
    /**
     * Merges exactly that head, or puts it into the merge queue where the base requires one, or says why
     * not: whatever it is, people can fix it.
     */
    merge(repository: Repository, request: MergeRequest): Promise<Merged>;
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
     * was shown before is written by its id; it is looked up where that is not known, or doubted.
     */
    show(
      repository: Repository,
      surface: Surface,
      view: TaskView,
      last: LastShown,
    ): Promise<{ id: number; digest: string }>;
  };
