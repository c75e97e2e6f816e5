/** Commits that GitHub makes itself, and signs: what it has to be told, and what comes of it. */

/** How a tree differs from `base`, a tree that GitHub has. */
export type NewEntries = {
  base: string;
  entries: {
    path: string;
    mode: string;
    /** `null`: it is removed. */
    sha: string | null;
    /** `null` where GitHub has it already, or there is none. */
    content: Buffer | null;
  }[];
};

export type SignedCommit = {
  branch: string;
  /** What the branch must point at now; `null`: it must not exist. */
  expected: string | null;
  parents: [string, ...string[]];
  /** The tree that policy decided on: nothing else is put on the branch. */
  tree: string;
  changes: NewEntries;
  message: string;
};

/** Of a commit that goes to a branch, by git or by GitHub itself. */
export type PushOutcome =
  | { outcome: 'pushed'; sha: string }
  | { outcome: 'moved'; to: string | null }
  | { outcome: 'refused'; reason: string };
