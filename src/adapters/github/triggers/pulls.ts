/** Pull requests: what they bring, their head, their state. */
import { z } from 'zod';
import type { Account, Repository } from '../../../core/actor.ts';
import type { Ignored, Trigger } from '../../../core/trigger.ts';
import { accountOf, notUsed, repositoryOf } from './origin.ts';
import { envelope, pull, translation, translationOfOwnToo } from './payload.ts';

const PullRequest = z.looseObject({
  ...envelope,
  pull_request: pull,
  changes: z.looseObject({ base: z.unknown().optional() }).nullish(),
});

/** What a pull request would bring is new, and nothing else is. */
export type PullContent = Trigger & {
  kind: 'pull_content';
  repository: Repository;
  pull: number;
  head: string;
  base: string;
};

export type HeadMoved = Trigger & {
  kind: 'head_moved';
  repository: Repository;
  pull: number;
  head: string;
  base: string;
  /** By GitHub's clock. */
  at: string;
  by: Account;
  /** Our own App pushed it. */
  own: boolean;
};

export type PullState = Trigger & {
  kind: 'pull_state';
  repository: Repository;
  pull: number;
  action:
    | 'closed'
    | 'merged'
    | 'reopened'
    | 'ready_for_review'
    | 'converted_to_draft'
    | 'retargeted'
    | 'locked'
    | 'unlocked'
    | 'enqueued'
    | 'dequeued';
  /** By GitHub's clock; the base as it is then. */
  at: string;
  base: string;
  head: string;
};

/** Also what our own App opened: an agent's pull request may change policy. */
export const pullOpened = translationOfOwnToo(
  PullRequest,
  (payload): PullContent => ({
    kind: 'pull_content',
    key: null,
    repository: repositoryOf(payload),
    pull: payload.pull_request.number,
    head: payload.pull_request.head.sha,
    base: payload.pull_request.base.ref,
  }),
);

/** Also what our own App pushed, for the same reason. */
export const pullPushed = translationOfOwnToo(PullRequest, (payload, app): HeadMoved => {
  const repository = repositoryOf(payload);
  const { number, head, base, updated_at: at } = payload.pull_request;
  const own = payload.sender.id === app.botUserId;
  return {
    kind: 'head_moved',
    key: own ? null : `head:${repository.id}:${number}:${head.sha}`,
    repository,
    pull: number,
    head: head.sha,
    base: base.ref,
    at,
    by: accountOf(payload.sender),
    own,
  };
});

export const pullState = translation(PullRequest, (payload): PullState | Ignored => {
  const repository = repositoryOf(payload);
  const { number, head, base, updated_at: at } = payload.pull_request;
  const action = stateIn(payload);
  if (typeof action !== 'string') return action;
  const key = `pull:${repository.id}:${number}:${action}`;
  return {
    kind: 'pull_state',
    key,
    repository,
    pull: number,
    action,
    at,
    base: base.ref,
    head: head.sha,
  };
});

function stateIn(payload: z.output<typeof PullRequest>): PullState['action'] | Ignored {
  switch (payload.action) {
    case 'closed':
      return payload.pull_request.merged ? 'merged' : 'closed';
    case 'edited':
      return payload.changes?.base ? 'retargeted' : notUsed('an edited title or body');
    case 'reopened':
    case 'ready_for_review':
    case 'converted_to_draft':
    case 'locked':
    case 'unlocked':
    case 'enqueued':
    case 'dequeued':
      return payload.action;
    default:
      return notUsed(`pull_request.${payload.action}`);
  }
}
