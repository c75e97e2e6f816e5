/** The default branch moved: what the repository says of itself there may be new. */
import { z } from 'zod';
import type { Repository } from '../../../core/actor.ts';
import type { Ignored, Trigger } from '../../../core/trigger.ts';
import { notUsed, repositoryOf } from './origin.ts';
import { place, sha, translationOfOwnToo } from './payload.ts';

const Push = z.looseObject({
  ...place,
  repository: place.repository.extend({ default_branch: z.string().min(1) }),
  ref: z.string(),
  after: sha,
  deleted: z.boolean(),
});

export type DefaultBranchMoved = Trigger & {
  kind: 'default_branch_moved';
  repository: Repository;
  head: string;
};

/** The default branch moved; a merge by our own App moves it as well. */
export const push = translationOfOwnToo(Push, (payload): DefaultBranchMoved | Ignored => {
  const { repository, ref, after: head, deleted } = payload;
  if (deleted || ref !== `refs/heads/${repository.default_branch}`)
    return notUsed('a push to another branch');
  return { kind: 'default_branch_moved', key: null, repository: repositoryOf(payload), head };
});
