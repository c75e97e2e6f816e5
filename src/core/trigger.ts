/** What a delivery means to us: a pure translation, before anything is looked up. */
import type { Account, Repository } from './actor.ts';
import type { Review } from './approvals/facts.ts';
import type { GivenCommand } from './commands.ts';
import type { Reply } from './reply.ts';
import type { Target } from './target.ts';

/** Where and by whom we were called. */
type Call = {
  by: Account;
  repository: Repository;
  issue: number;
  isPull: boolean;
  target: Target;
  /** The one-shot label that called us. */
  label: string | null;
  /** The words that called us; null for a label. */
  said: Said | null;
};

/** Words on GitHub that a command stands in. */
export type Said = {
  via: 'issue_comment' | 'review_comment' | 'review';
  id: number;
  body: string;
  /** ISO 8601, by GitHub's clock. */
  at: string;
  /** The commit that a review, or a comment on code, is about. */
  commit: string | null;
};

export type Trigger =
  /** `leftOut`: further commands of the same comment; only the first is taken. */
  | ({ kind: 'command'; command: GivenCommand; leftOut: string[] } & Call)
  /** Meant for us and not understood: `answer` says why. */
  | ({
      kind: 'malformed_command';
      answer: Extract<Reply, { code: 'unknown_command' | 'invalid_arguments' }>;
    } & Call)
  | {
      kind: 'review';
      repository: Repository;
      pull: number;
      action: 'submitted' | 'edited' | 'dismissed' | 'requested';
      review: { id: number; state: Review['state']; commit: string | null } | null;
      by: Account;
      /** A command that stands in its text. */
      command: Extract<Trigger, { kind: 'command' | 'malformed_command' }> | null;
    }
  /** One of the buttons of our own check run. */
  | {
      kind: 'button';
      repository: Repository;
      by: Account;
      /** `approve-…`, `deny-…` with the capsule it is for, or `cancel`. */
      identifier: string;
      check: { head: string; task: string };
    }
  /** A comment that may have given an answer is not what it was. */
  | {
      kind: 'comment_changed';
      repository: Repository;
      issue: number;
      comment: number;
      via: Said['via'];
      how: 'edited' | 'deleted' | 'dismissed';
      by: Account;
    }
  /** Another App's check failed; `pulls` are those whose head lies in the same repository. */
  | {
      kind: 'check_failed';
      repository: Repository;
      check: {
        id: number;
        name: string;
        head: string;
        app: number;
        conclusion: 'failure' | 'timed_out';
      };
      pulls: number[];
    }
  /** Something else about the checks of a commit changed. */
  | { kind: 'checks_changed'; repository: Repository; head: string; pulls: number[] }
  /** What a pull request would bring is new, and nothing else is. */
  | { kind: 'pull_content'; repository: Repository; pull: number }
  | {
      kind: 'head_moved';
      repository: Repository;
      pull: number;
      head: string;
      /** By GitHub's clock. */
      at: string;
      by: Account;
    }
  | {
      kind: 'pull_state';
      repository: Repository;
      pull: number;
      action:
        | 'closed'
        | 'merged'
        | 'reopened'
        | 'ready_for_review'
        | 'converted_to_draft'
        | 'retargeted'
        | 'locked'
        | 'unlocked';
      /** By GitHub's clock; the base as it is then. */
      at: string;
      base: string;
    }
  | {
      kind: 'issue_gone';
      repository: Repository;
      issue: number;
      action: 'closed' | 'deleted' | 'transferred' | 'locked';
    }
  | {
      kind: 'installation';
      action: string;
      installation: number;
      account: string;
      added: { id: number; name: string }[];
      removed: { id: number; name: string }[];
    };

/** A delivery that starts nothing, and why. */
export type Ignored = {
  ignored:
    | 'malformed'
    | 'no_command'
    | 'not_used'
    /** Caused by ourselves: the loop guard. */
    | 'own'
    | 'bot'
    | 'not_author'
    | 'fork';
  problem: string;
};
