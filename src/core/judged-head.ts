/** A commit on which our check is required though no task of ours stands there: whose work is in it? */
import { z } from 'zod';
import { Sha } from './task/events/work.ts';

export const JudgedHead = z.strictObject({
  /** The pull request whose head it is; of a merge group, the one that is added to the queue. */
  pull: z.number().int(),
  /** GitHub's merge queue made it, of the base and the pull requests ahead. */
  group: z.boolean(),
  head: Sha,
});
export type JudgedHead = z.infer<typeof JudgedHead>;

/** What our check says of it. */
export type HeadVerdict = {
  conclusion: 'success' | 'failure' | 'cancelled' | 'action_required';
  /** The tasks whose work is in it, with what the check of each says; null: there is too much to tell. */
  tasks: { id: string; title: string; pull: number | null; verdict: string }[] | null;
  /** It is judged again when one of the tasks changes: not where it is from a fork. */
  followed: boolean;
};
