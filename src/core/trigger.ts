/** What a delivery means to us: a pure translation, before anything is looked up. */
import type { Account, Repository } from './actor.ts';
import type { GivenCommand } from './commands/commands.ts';
import type { Reply } from './reply.ts';
import type { Target } from './target.ts';

/** What every trigger says of itself; each translation adds what its handler works with. */
export type Trigger = {
  /** For the log. */
  kind: string;
  /**
   * The natural key: what it is about, the same whether a delivery or a look at GitHub brought it.
   * `null` where following it twice does no harm, or nothing could be missed.
   */
  key: string | null;
  /** Followed once, however often it is delivered. */
  once?: true;
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

/** Where and by whom we were called. */
export type Call = Trigger & {
  by: Account;
  repository: Repository;
  issue: number;
  isPull: boolean;
  target: Target;
  /** The one-shot label that called us. */
  label: string | null;
  /** The text that called us; null for a label. */
  said: Said | null;
};

/** A text on GitHub that a command stands in. */
export type Said = {
  via: 'issue_comment' | 'review_comment' | 'review';
  id: number;
  body: string;
  /** ISO 8601, by GitHub's clock. */
  at: string;
  /** The commit that a review, or a comment on code, is about. */
  commit: string | null;
};

/** `commands`: one or more, which can stand together, in the order in which they were given. */
export type CommandCall = Call & { kind: 'command'; commands: GivenCommand[] };

/** One of them, with the call that it is part of. */
export type AskedCommand = Call & {
  command: GivenCommand;
  /** Many called at once, and one comment answers for all of them. */
  gathered: boolean;
};

/** Meant for us and not understood: `answer` says why. */
export type MalformedCall = Call & {
  kind: 'malformed_command';
  answer: Extract<
    Reply,
    {
      code:
        | 'unknown_command'
        | 'invalid_arguments'
        | 'near_command'
        | 'misplaced_commands'
        | 'conflicting_commands'
        | 'unreadable';
    }
  >;
};
