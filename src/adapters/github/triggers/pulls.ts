/** Pull requests: their state, their head, their reviews. */
import type { z } from 'zod';
import { Review } from '../../../core/approvals/facts.ts';
import type { Ignored, Trigger } from '../../../core/trigger.ts';
import { accountOf, translateWords } from './comment-commands.ts';
import { notUsed, repositoryOf } from './origin.ts';
import type { PullRequest, PullReview } from './payloads.ts';

export function translatePull(payload: z.output<typeof PullRequest>): Trigger | Ignored {
  const repository = repositoryOf(payload);
  const { number, head, merged, base, updated_at: at } = payload.pull_request;
  const by = accountOf(payload.sender);
  const state = (action: Extract<Trigger, { kind: 'pull_state' }>['action']): Trigger => ({
    kind: 'pull_state',
    repository,
    pull: number,
    action,
    at,
    base: base.ref,
  });
  switch (payload.action) {
    case 'synchronize':
      return { kind: 'head_moved', repository, pull: number, head: head.sha, at, by };
    case 'closed':
      return state(merged ? 'merged' : 'closed');
    case 'edited':
      return payload.changes?.base ? state('retargeted') : notUsed('an edited title or body');
    case 'review_requested':
      return {
        kind: 'review',
        repository,
        pull: number,
        action: 'requested',
        review: null,
        by,
        command: null,
      };
    case 'reopened':
    case 'ready_for_review':
    case 'converted_to_draft':
    case 'locked':
    case 'unlocked':
      return state(payload.action);
    default:
      return notUsed(`pull_request.${payload.action}`);
  }
}

export const translateContent = (payload: z.output<typeof PullRequest>): Trigger => ({
  kind: 'pull_content',
  repository: repositoryOf(payload),
  pull: payload.pull_request.number,
});

/** A hint to look at the live reviews; what it says itself decides nothing. */
export function translateReview(payload: z.output<typeof PullReview>): Trigger | Ignored {
  const { action, review } = payload;
  const number = payload.pull_request.number;
  if (action !== 'submitted' && action !== 'edited' && action !== 'dismissed')
    return notUsed(`pull_request_review.${action}`);
  const state = Review.shape.state.safeParse(review.state.toUpperCase());
  if (!state.success)
    return { ignored: 'malformed', problem: `review.state: unknown state "${review.state}"` };
  return {
    kind: 'review',
    repository: repositoryOf(payload),
    pull: number,
    action,
    review: { id: review.id, state: state.data, commit: review.commit_id ?? null },
    by: accountOf(payload.sender),
    command: action === 'submitted' ? commandIn(payload) : null,
  };
}

/** A review's text is read for commands as a comment is. */
function commandIn(
  payload: z.output<typeof PullReview>,
): Extract<Trigger, { kind: 'command' | 'malformed_command' }> | null {
  const { id, body, user, submitted_at, commit_id } = payload.review;
  const { number } = payload.pull_request;
  if (!body || !submitted_at) return null;
  const called = translateWords(
    payload,
    { issue: number, isPull: true, target: { kind: 'review', number, id } },
    user ?? null,
    { via: 'review', id, body, at: submitted_at, commit: commit_id ?? null },
  );
  return 'ignored' in called ? null : called;
}
