/** Comments on issues and pull requests, and on lines of code. */
import { z } from 'zod';
import type { Account, Repository } from '../../../core/actor.ts';
import type { CommandCall, Ignored, MalformedCall, Said, Trigger } from '../../../core/trigger.ts';
import { callByText } from './commands.ts';
import { accountOf, repositoryOf } from './origin.ts';
import { account, envelope, id, issue, pull, sha, time, translation } from './payload.ts';

const comment = z.looseObject({
  id,
  body: z.string().nullish(),
  user: account.nullish(),
  created_at: time,
  commit_id: sha.nullish(),
});
const IssueComment = z.looseObject({ ...envelope, issue, comment });
const ReviewComment = z.looseObject({ ...envelope, pull_request: pull, comment });

/** A comment that may have given an answer is not what it was. */
export type CommentChanged = Trigger & {
  kind: 'comment_changed';
  repository: Repository;
  issue: number;
  comment: number;
  via: Said['via'];
  how: 'edited' | 'deleted';
  by: Account;
};

export const issueComment = translation(
  IssueComment,
  (payload): Promise<CommandCall | MalformedCall | Ignored> => {
    const { number, pull_request } = payload.issue;
    return callByText(payload, {
      issue: number,
      isPull: Boolean(pull_request),
      target: { kind: 'issue_comment', number, id: payload.comment.id },
      author: payload.comment.user ?? null,
      said: saidIn('issue_comment', payload.comment),
    });
  },
);

export const reviewComment = translation(
  ReviewComment,
  (payload): Promise<CommandCall | MalformedCall | Ignored> => {
    const { number } = payload.pull_request;
    return callByText(payload, {
      issue: number,
      isPull: true,
      target: { kind: 'review_comment', number, id: payload.comment.id },
      author: payload.comment.user ?? null,
      said: saidIn('review_comment', payload.comment),
    });
  },
);

export const issueCommentChanged = translation(IssueComment, payload =>
  changed('issue_comment', payload, payload.issue.number),
);
export const reviewCommentChanged = translation(ReviewComment, payload =>
  changed('review_comment', payload, payload.pull_request.number),
);

const saidIn = (
  via: Said['via'],
  { id, body, created_at: at, commit_id }: z.output<typeof comment>,
): Said => ({ via, id, body: body ?? '', at, commit: commit_id ?? null });

const changed = (
  via: Said['via'],
  payload: Pick<z.output<typeof IssueComment>, keyof typeof envelope | 'comment'>,
  number: number,
): CommentChanged => ({
  kind: 'comment_changed',
  key: null,
  repository: repositoryOf(payload),
  issue: number,
  comment: payload.comment.id,
  via,
  how: payload.action === 'deleted' ? 'deleted' : 'edited',
  by: accountOf(payload.sender),
});
