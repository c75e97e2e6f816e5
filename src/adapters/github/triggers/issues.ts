/** Issues that are opened, those that go away, and those that are locked for a while. */
import { z } from 'zod';
import type { Account, Repository } from '../../../core/actor.ts';
import type { Ignored, MalformedCall, Trigger } from '../../../core/trigger.ts';
import { callElsewhere } from './commands.ts';
import { accountOf, notUsed, repositoryOf } from './origin.ts';
import { account, envelope, issue, translation } from './payload.ts';

const Gone = z.enum(['closed', 'deleted', 'transferred', 'locked', 'unlocked']);

export type IssueGone = Trigger & {
  kind: 'issue_gone';
  repository: Repository;
  issue: number;
  action: z.infer<typeof Gone>;
  by: Account;
};

export const issueGone = translation(
  z.looseObject({ ...envelope, issue }),
  (payload): IssueGone | Ignored => {
    const action = Gone.safeParse(payload.action).data;
    if (!action) return notUsed(`issues.${payload.action}`);
    const repository = repositoryOf(payload);
    const { number } = payload.issue;
    const key = `issue:${repository.id}:${number}:${action}`;
    const by = accountOf(payload.sender);
    return { kind: 'issue_gone', key, repository, issue: number, action, by };
  },
);

type IssueOpened = Trigger & {
  kind: 'issue_opened';
  by: Account;
  repository: Repository;
  issue: number;
  /** What its text asks for: only comments and labels do. */
  command: MalformedCall | null;
};

const OpenedIssue = issue.extend({ body: z.string().nullish(), user: account.nullish() });

/** What Apps open is their own affair. */
export const issueOpened = translation(
  z.looseObject({ ...envelope, issue: OpenedIssue }),
  async (payload): Promise<IssueOpened | Ignored> => {
    const by = accountOf(payload.sender);
    if (by.type !== 'User')
      return { ignored: 'bot', problem: `${by.login} is not a person; only theirs is triaged.` };
    const repository = repositoryOf(payload);
    const { number, body, user } = payload.issue;
    const key = `issue:${repository.id}:${number}:opened`;
    const target = { kind: 'issue' as const, number };
    const text = { issue: number, isPull: false, target, author: user ?? null, body: body ?? '' };
    const command = await callElsewhere(payload, text, { place: 'issue', before: '' });
    return { kind: 'issue_opened', key, by, repository, issue: number, command };
  },
);
