/** Issues that go away: closed, deleted, transferred, locked. */
import { z } from 'zod';
import type { Repository } from '../../../core/actor.ts';
import type { Ignored, Trigger } from '../../../core/trigger.ts';
import { notUsed, repositoryOf } from './origin.ts';
import { envelope, issue, translation } from './payload.ts';

const Gone = z.enum(['closed', 'deleted', 'transferred', 'locked']);

export type IssueGone = Trigger & {
  kind: 'issue_gone';
  repository: Repository;
  issue: number;
  action: z.infer<typeof Gone>;
};

export const issueGone = translation(
  z.looseObject({ ...envelope, issue }),
  (payload): IssueGone | Ignored => {
    const action = Gone.safeParse(payload.action).data;
    if (!action) return notUsed(`issues.${payload.action}`);
    const repository = repositoryOf(payload);
    const { number } = payload.issue;
    const key = `issue:${repository.id}:${number}:${action}`;
    return { kind: 'issue_gone', key, repository, issue: number, action };
  },
);
