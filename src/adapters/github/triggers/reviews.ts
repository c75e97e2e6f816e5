/** Reviews: a hint to look at the live ones; what a payload says of them decides nothing. */
import { z } from 'zod';
import type { Account, Repository } from '../../../core/actor.ts';
import type { Review } from '../../../core/approvals/facts.ts';
import type { CommandCall, Ignored, MalformedCall, Trigger } from '../../../core/trigger.ts';
import { reviewState } from '../review-state.ts';
import { callByText, callElsewhere } from './commands.ts';
import { accountOf, notUsed, repositoryOf } from './origin.ts';
import { account, changes, envelope, id, pull, sha, time, translation } from './payload.ts';

const PullReview = z.looseObject({
  ...envelope,
  pull_request: pull,
  changes,
  review: z.looseObject({
    id,
    state: z.string(),
    commit_id: sha.nullish(),
    body: z.string().nullish(),
    user: account.nullish(),
    submitted_at: time.nullish(),
  }),
});

export type ReviewChanged = Trigger & {
  kind: 'review';
  repository: Repository;
  pull: number;
  action: 'submitted' | 'edited' | 'dismissed' | 'requested';
  review: { id: number; state: Review['state']; commit: string | null } | null;
  by: Account;
  /** A command that stands in its text. */
  command: CommandCall | MalformedCall | null;
};

export const reviewRequested = translation(
  z.looseObject({ ...envelope, pull_request: pull }),
  (payload): ReviewChanged => ({
    kind: 'review',
    key: null,
    repository: repositoryOf(payload),
    pull: payload.pull_request.number,
    action: 'requested',
    review: null,
    by: accountOf(payload.sender),
    command: null,
  }),
);

export const pullReview = translation(
  PullReview,
  async (payload): Promise<ReviewChanged | Ignored> => {
    const { action, review } = payload;
    if (action !== 'submitted' && action !== 'edited' && action !== 'dismissed')
      return notUsed(`pull_request_review.${action}`);
    const state = reviewState(review.state);
    return {
      kind: 'review',
      key: `review:${review.id}:${state}`,
      repository: repositoryOf(payload),
      pull: payload.pull_request.number,
      action,
      review: { id: review.id, state, commit: review.commit_id ?? null },
      by: accountOf(payload.sender),
      command: await (action === 'edited' ? commandOfEdit(payload) : commandIn(payload)),
    };
  },
);

/** A review's text is read for commands as a comment is. */
async function commandIn(payload: z.output<typeof PullReview>): Promise<ReviewChanged['command']> {
  const { id, body, user, submitted_at, commit_id } = payload.review;
  const { number } = payload.pull_request;
  if (payload.action !== 'submitted' || !body || !submitted_at) return null;
  const call = await callByText(payload, {
    issue: number,
    isPull: true,
    target: { kind: 'review', number, id },
    author: user ?? null,
    said: { via: 'review', id, body, at: submitted_at, commit: commit_id ?? null },
  });
  return 'ignored' in call ? null : call;
}

async function commandOfEdit(payload: z.output<typeof PullReview>): Promise<MalformedCall | null> {
  const { id, body, user } = payload.review;
  const { number } = payload.pull_request;
  const before = payload.changes?.body?.from;
  if (before == null) return null;
  const target = { kind: 'review' as const, number, id };
  const text = { issue: number, isPull: true, target, author: user ?? null, body: body ?? '' };
  return callElsewhere(payload, text, { place: 'edit', before });
}
