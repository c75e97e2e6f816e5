/** Pull requests: what they bring, their head, their state. */
import { z } from 'zod';
import { type Account, GHOST, type Repository } from '../../../core/actor.ts';
import type { Ignored, MalformedCall, Trigger } from '../../../core/trigger.ts';
import { callElsewhere } from './commands.ts';
import { accountOf, notUsed, repositoryOf } from './origin.ts';
import { account, envelope, pull, translation, translationOfOwnToo } from './payload.ts';

const PullRequest = z.looseObject({
  ...envelope,
  pull_request: pull,
  changes: z.looseObject({ base: z.unknown().optional() }).nullish(),
});

type OfPull = {
  repository: Repository;
  pull: number;
  head: string;
  base: string;
  /** Its head is in another repository: whoever pushed it need not have write access here. */
  fork: boolean;
};

/** What a pull request would bring is new, and nothing else is. */
export type PullContent = Trigger & OfPull & { kind: 'pull_content' };

export type HeadMoved = Trigger &
  OfPull & {
    kind: 'head_moved';
    /** By GitHub's clock. */
    at: string;
    by: Account;
    /** Our own App pushed it. */
    own: boolean;
  };

export type PullState = Trigger &
  OfPull & {
    kind: 'pull_state';
    action:
      | 'closed'
      | 'merged'
      | 'reopened'
      | 'ready_for_review'
      | 'converted_to_draft'
      | 'retargeted'
      | 'rewritten'
      | 'conversation'
      | 'locked'
      | 'unlocked'
      | 'enqueued'
      | 'dequeued';
    /** By GitHub's clock; the base as it is then. */
    at: string;
    by: Account;
  };

/** `command`: what its text asks for, where only comments and labels do. */
type PullOpened = PullContent & { by: Account; command: MalformedCall | null };

const OpenedPull = PullRequest.extend({
  pull_request: pull.extend({ body: z.string().nullish(), user: account.nullish() }),
});

/** Also what our own App opened: an agent's pull request may change policy. */
export const pullOpened = translationOfOwnToo(OpenedPull, async (payload): Promise<PullOpened> => {
  const { number, body, user } = payload.pull_request;
  const target = { kind: 'issue' as const, number };
  const text = { issue: number, isPull: true, target, author: user ?? null, body: body ?? '' };
  const command = await callElsewhere(payload, text, { place: 'pull', before: '' });
  const by = accountOf(payload.sender);
  return { kind: 'pull_content', key: null, ...pullOf(payload), by, command };
});

/** Our check is missing on its head: no webhook tells of that, it is looked for. */
export const pullUnreported = translationOfOwnToo(PullRequest, (payload): PullContent => {
  const of = pullOf(payload);
  const key = `unreported:${of.repository.id}:${of.pull}:${of.head}`;
  return { kind: 'pull_content', key, ...of };
});

/** Also what our own App pushed, for the same reason. */
export const pullPushed = translationOfOwnToo(PullRequest, (payload, app): HeadMoved => {
  const of = pullOf(payload);
  const own = payload.sender.id === app.botUserId;
  // Where it was found that the head moved, GitHub may tell later who moved it: that is no repetition.
  const found = payload.sender.id === GHOST.id ? ':found' : '';
  return {
    kind: 'head_moved',
    key: own ? null : `head:${of.repository.id}:${of.pull}:${of.head}${found}`,
    ...of,
    at: payload.pull_request.updated_at,
    by: accountOf(payload.sender),
    own,
  };
});

export const pullState = translation(PullRequest, (payload): PullState | Ignored => {
  const action = stateIn(payload);
  if (typeof action !== 'string') return action;
  const of = pullOf(payload);
  // What is written anew may be written anew again.
  const key = action === 'rewritten' ? null : `pull:${of.repository.id}:${of.pull}:${action}`;
  const by = accountOf(payload.sender);
  return { kind: 'pull_state', key, ...of, action, at: payload.pull_request.updated_at, by };
});

/** The base may ask for conversations to be resolved. */
export const conversation = translation(
  PullRequest,
  (payload): PullState => ({
    kind: 'pull_state',
    key: null,
    ...pullOf(payload),
    action: 'conversation',
    at: payload.pull_request.updated_at,
    by: accountOf(payload.sender),
  }),
);

function pullOf(payload: z.output<typeof PullRequest>): OfPull {
  const repository = repositoryOf(payload);
  const { number, head, base } = payload.pull_request;
  const fork = head.repo?.id !== repository.id;
  return { repository, pull: number, head: head.sha, base: base.ref, fork };
}

function stateIn(payload: z.output<typeof PullRequest>): PullState['action'] | Ignored {
  switch (payload.action) {
    case 'closed':
      return payload.pull_request.merged ? 'merged' : 'closed';
    case 'edited':
      // A commit's text may be made of its title and body, and the base may have rules for that.
      return payload.changes?.base ? 'retargeted' : 'rewritten';
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
