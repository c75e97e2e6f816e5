/** Comments on issues and pull requests, and on lines of code. */
import { z } from 'zod';
import type { Account, Repository } from '../../../core/actor.ts';
import type { CommandCall, Ignored, MalformedCall, Said, Trigger } from '../../../core/trigger.ts';
import { callByText, callElsewhere } from './commands.ts';
import { accountOf, repositoryOf } from './origin.ts';
import { account, changes, envelope, id, issue, pull, sha, time, translation } from './payload.ts';

const comment = z.looseObject({
  id,
  body: z.string().nullish(),
  user: account.nullish(),
  created_at: time,
  commit_id: sha.nullish(),
});
const IssueComment = z.looseObject({ ...envelope, issue, comment, changes });
const ReviewComment = z.looseObject({ ...envelope, pull_request: pull, comment, changes });

/** A comment that may have given an answer is not what it was. */
export type CommentChanged = Trigger & {
  kind: 'comment_changed';
  repository: Repository;
  issue: number;
  comment: number;
  via: Said['via'];
  how: 'edited' | 'deleted';
  by: Account;
  /** What its new text asks for: an edit starts nothing. */
  command: MalformedCall | null;
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

export const issueCommentChanged = translation(
  IssueComment,
  (payload): Promise<CommentChanged> =>
    changed('issue_comment', payload, {
      number: payload.issue.number,
      isPull: Boolean(payload.issue.pull_request),
    }),
);
export const reviewCommentChanged = translation(
  ReviewComment,
  (payload): Promise<CommentChanged> =>
    changed('review_comment', payload, { number: payload.pull_request.number, isPull: true }),
);

const saidIn = (
  via: Said['via'],
  { id, body, created_at: at, commit_id }: z.output<typeof comment>,
): Said => ({ via, id, body: body ?? '', at, commit: commit_id ?? null });

type Changed = Pick<z.output<typeof IssueComment>, keyof typeof envelope | 'comment' | 'changes'>;

async function changed(
  via: 'issue_comment' | 'review_comment',
  payload: Changed,
  { number, isPull }: { number: number; isPull: boolean },
): Promise<CommentChanged> {
  const { id, body, user } = payload.comment;
  const how = payload.action === 'deleted' ? 'deleted' : 'edited';
  const target = { kind: via, number, id };
  const text = { issue: number, isPull, target, author: user ?? null, body: body ?? '' };
  const before = payload.changes?.body?.from;
  return {
    kind: 'comment_changed',
    key: null,
    repository: repositoryOf(payload),
    issue: number,
    comment: id,
    via,
    how,
    by: accountOf(payload.sender),
    command:
      how === 'edited' && before != null
        ? await callElsewhere(payload, text, { place: 'edit', before })
        : null,
  };
}
