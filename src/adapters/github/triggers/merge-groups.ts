/** GitHub's merge queue made a commit, on which required checks are to report. */
import { z } from 'zod';
import type { Repository } from '../../../core/actor.ts';
import type { JudgedHead } from '../../../core/judged-head.ts';
import type { Ignored, Trigger } from '../../../core/trigger.ts';
import { notUsed, repositoryOf } from './origin.ts';
import { envelope, sha, translationOfOwnToo } from './payload.ts';

const MergeGroup = z.looseObject({
  ...envelope,
  merge_group: z.looseObject({
    head_sha: sha,
    head_ref: z.string(),
    base_ref: z.string(),
  }),
});

type GroupMade = Trigger & {
  kind: 'group_made';
  repository: Repository;
  about: JudgedHead;
  /** The branch that it is to be merged into. */
  base: string;
};

// Whoever put it into the queue, our own App too.
export const mergeGroup = translationOfOwnToo(MergeGroup, (payload): GroupMade | Ignored => {
  if (payload.action !== 'checks_requested') return notUsed(`merge_group.${payload.action}`);
  const { head_sha: head, head_ref, base_ref } = payload.merge_group;
  const repository = repositoryOf(payload);
  // Such as refs/heads/gh-readonly-queue/main/pr-104-0123…: GitHub names the pull request nowhere else.
  const [, number] = /\/pr-(\d{1,15})-[0-9a-f]+$/.exec(head_ref) ?? [];
  const about = { pull: Number(number ?? 0), group: true, head };
  const base = base_ref.replace(/^refs\/heads\//, '');
  return { kind: 'group_made', key: `group:${repository.id}:${head}`, repository, about, base };
});
