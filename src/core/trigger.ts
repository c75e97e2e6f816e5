/** What a delivery means to us: a pure translation, before anything is looked up. */
import type { Repository } from './actor.ts';
import type { Answer } from './answer.ts';
import type { Account, Review } from './approvals/facts.ts';
import type { ParsedCommand } from './commands.ts';
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
};

export type Trigger =
  /** `leftOut`: further commands of the same comment; only the first is taken. */
  | ({ kind: 'command'; command: ParsedCommand; leftOut: string[] } & Call)
  /** Meant for us and not understood: `answer` says why. */
  | ({
      kind: 'malformed_command';
      answer: Extract<Answer, { code: 'unknown_command' | 'invalid_arguments' }>;
    } & Call)
  | {
      kind: 'review';
      repository: Repository;
      pull: number;
      action: 'submitted' | 'edited' | 'dismissed';
      review: { id: number; state: Review['state']; commit: string | null };
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
  | { kind: 'head_moved'; repository: Repository; pull: number; head: string }
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
