/** Pull requests: their state, their head, their reviews. */
import type { z } from 'zod';
import { Review } from '../../../core/approvals/facts.ts';
import type { Ignored, Trigger } from '../../../core/trigger.ts';
import { notUsed, repositoryOf } from './origin.ts';
import type { PullRequest, PullReview } from './payloads.ts';

export function translatePull(payload: z.output<typeof PullRequest>): Trigger | Ignored {
  const repository = repositoryOf(payload);
  const { number, head, merged } = payload.pull_request;
  const state = (action: Extract<Trigger, { kind: 'pull_state' }>['action']): Trigger => ({
    kind: 'pull_state',
    repository,
    pull: number,
    action,
  });
  switch (payload.action) {
    case 'synchronize':
      return { kind: 'head_moved', repository, pull: number, head: head.sha };
    case 'closed':
      return state(merged ? 'merged' : 'closed');
    case 'edited':
      return payload.changes?.base ? state('retargeted') : notUsed('an edited title or body');
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
  const { action, review, sender } = payload;
  if (action !== 'submitted' && action !== 'edited' && action !== 'dismissed')
    return notUsed(`pull_request_review.${action}`);
  const state = Review.shape.state.safeParse(review.state.toUpperCase());
  if (!state.success)
    return { ignored: 'malformed', problem: `review.state: unknown state "${review.state}"` };
  return {
    kind: 'review',
    repository: repositoryOf(payload),
    pull: payload.pull_request.number,
    action,
    review: { id: review.id, state: state.data, commit: review.commit_id ?? null },
    by: { id: sender.id, login: sender.login, type: sender.type },
  };
}
