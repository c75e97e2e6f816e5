/** What a merge is asked for with, and what comes of it. */

export type MergeRequest = {
  number: number;
  sha: string;
  /** What it was judged to be merged into. */
  base: string;
  /** It was put into the merge queue before, so it is not put there again. */
  queued: boolean;
  /** Is asked right before the request that merges, and throws where it is too late. */
  fresh: () => Promise<void>;
};

export type Merged =
  | { outcome: 'merged'; commit: string; by: 'gatehouse' | 'person' }
  | { outcome: 'moved'; head: string }
  | { outcome: 'blocked'; reason: string }
  /** We put it into the merge queue, or GitHub took out what we had put there. */
  | { outcome: 'queued' | 'dequeued'; reason: string }
  /** The branch lacks commits of the base, which asks for all of them. */
  | { outcome: 'behind'; base: string };
