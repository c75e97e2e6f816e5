/** The first file of the recipe: a payload's schema, the trigger with its natural key, the translation. */
import { z } from 'zod';
import { notUsed, repositoryOf } from '../../../src/adapters/github/triggers/origin.ts';
import { envelope, id, translation } from '../../../src/adapters/github/triggers/payload.ts';
import type { Repository } from '../../../src/core/actor.ts';
import type { Ignored, Trigger } from '../../../src/core/trigger.ts';

export type MilestoneReached = Trigger & {
  kind: 'milestone_reached';
  repository: Repository;
  milestone: number;
};

export const milestoneReached = translation(
  z.looseObject({ ...envelope, milestone: z.looseObject({ number: id, open_issues: z.number() }) }),
  (payload): MilestoneReached | Ignored => {
    const { number, open_issues } = payload.milestone;
    if (open_issues > 0) return notUsed('a milestone with open issues');
    const repository = repositoryOf(payload);
    const key = `milestone:${repository.id}:${number}`;
    return { kind: 'milestone_reached', key, repository, milestone: number };
  },
);
