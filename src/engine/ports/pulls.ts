/** Parts of what GitHub tells of pull requests. */
import type { Account } from '../../core/actor.ts';

/** A pull request that is open, in short. `head`: the commit. */
export type OpenPull = {
  number: number;
  head: string;
  draft: boolean;
  fork: boolean;
  /** Null where the account is gone. */
  author: Account | null;
};

/** A file that a pull request changes. */
export type PullFile = {
  path: string;
  /** The path before, of a renamed one. */
  from: string | null;
  /** In GitHub's words: added, modified, removed, renamed … */
  status: string;
  /** Its hunks; null where it is binary, or too large to be shown. */
  patch: string | null;
};
