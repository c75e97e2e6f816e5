/** A pull request that a task works on, and that is not its own: it is never merged by the task. */
import { z } from 'zod';

/** Whose the branch of a pull request is. */
export const BranchOwner = z.enum([
  /** A task's: Gatehouse made it. */
  'task',
  /** The person's who asks. */
  'requester',
  /** Somebody else's. */
  'somebody',
  /** The repository's: no pull request asks to merge it. */
  'repository',
]);
export type BranchOwner = z.infer<typeof BranchOwner>;

export const WorksOn = z.strictObject({
  pull: z.number().int(),
  /** Its head: a branch of the repository, or, where it is a fork's, of another one. */
  branch: z.string(),
  owner: BranchOwner,
  fork: z.boolean(),
});
export type WorksOn = z.infer<typeof WorksOn>;

/** What of a task says where its work goes. */
type PushTarget = { worksOn: WorksOn | null; branch: string };

/** Whether its commits are pushed to the branch of that very pull request. */
export const pushesToPull = ({ worksOn, branch }: PushTarget): boolean =>
  worksOn !== null && !worksOn.fork && worksOn.branch === branch;

/** Whose the branch is that its commits are pushed to. */
export const ownerOfBranch = (target: PushTarget): BranchOwner =>
  pushesToPull(target) ? (target.worksOn?.owner ?? 'task') : 'task';

/** Whether its pull request begins as a draft: what the task does not merge itself is for people at once. */
export const opensDraft = ({ worksOn }: Pick<PushTarget, 'worksOn'>): boolean => worksOn === null;
