/** A repository is not what it was: its name, its owner, its default branch. */
import { z } from 'zod';
import type { Repository } from '../../../core/actor.ts';
import type { Ignored, Trigger } from '../../../core/trigger.ts';
import { notUsed, repositoryOf } from './origin.ts';
import { envelope, translationOfOwnToo } from './payload.ts';

const Changed = z.looseObject({
  ...envelope,
  repository: envelope.repository.extend({ default_branch: z.string().min(1) }),
  changes: z.looseObject({ default_branch: z.unknown().optional() }).nullish(),
});

export type RepositoryChanged = Trigger & {
  kind: 'repository_changed';
  repository: Repository;
  /** What it is now, in words. */
  now: string;
};

export const repositoryChanged = translationOfOwnToo(
  Changed,
  (payload): RepositoryChanged | Ignored => {
    const repository = repositoryOf(payload);
    const changed = { kind: 'repository_changed' as const, key: null, repository };
    switch (payload.action) {
      case 'renamed':
      case 'transferred':
        return { ...changed, now: `the repository is ${repository.owner}/${repository.name} now` };
      case 'unarchived':
        return { ...changed, now: 'the repository is archived no more' };
      case 'edited':
        return payload.changes?.default_branch
          ? { ...changed, now: `the default branch is ${payload.repository.default_branch} now` }
          : notUsed('an edited description');
      default:
        return notUsed(`repository.${payload.action}`);
    }
  },
);
