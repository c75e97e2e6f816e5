/** A pull request that one more approval completes; tests change what they are about. */
import type { Account } from '../../../src/core/actor.ts';
import type { ApprovalCommand, ApprovalFacts, Review } from '../../../src/core/approvals/facts.ts';
import type { Ask } from '../../../src/core/approvals/judgement.ts';
import { ofAnswer, ofReview, type Statement } from '../../../src/core/approvals/statement.ts';

export const HEAD = 'a'.repeat(40);
export const OLD = 'b'.repeat(40);
/** Everything here is said on the first of January; it is judged at noon. */
export const NOW = '2026-01-01T12:00:00.000Z';
export const REQUEST = 'approval-1';
export const ASK: Ask = {
  head: HEAD,
  quorum: 1,
  solo: false,
  moves: [],
  spent: [],
  request: REQUEST,
  now: NOW,
  holdsForHours: 24,
};

export const user = (id: number, login = `user${id}`): Account => ({ id, login, type: 'User' });
export const MARIA = user(7, 'maria');
export const OTTO = user(8, 'otto');
export const PIA = user(9, 'pia');
export const OUR_BOT: Account = { id: 99, login: 'gatehouse[bot]', type: 'Bot' };

let next = 1;
const moment = () => new Date(Date.UTC(2026, 0, 1) + next * 1000).toISOString();

/** Reviews and answers, in the order in which they are made here. */
export function review(
  by: Account | null,
  state: Review['state'] = 'APPROVED',
  commit: string | null = HEAD,
): Review {
  const id = next++;
  return { id, by, state, commit, at: moment() };
}

export function answer(
  by: Account,
  says: ApprovalCommand['says'],
  change: Partial<ApprovalCommand> = {},
): ApprovalCommand {
  const id = `issue_comment-${next++}`;
  const given = { id, by, says, request: REQUEST, at: moment() };
  return { ...given, revoked: null, standing: 'created', ...change };
}

/** As the rules about one statement see it. */
export const said = (
  by: Account | null,
  state: Review['state'] = 'APPROVED',
  commit: string | null = HEAD,
): Statement => ofReview(review(by, state, commit));

export const commanded = (
  by: Account,
  says: ApprovalCommand['says'] = 'approve',
  change: Partial<ApprovalCommand> = {},
): Statement => ofAnswer(answer(by, says, change), next);

export const PULL: NonNullable<ApprovalFacts['pull']> = {
  number: 2,
  author: OUR_BOT,
  state: 'open',
  draft: false,
  locked: false,
  head: HEAD,
  headRepositoryId: 1,
  baseRef: 'main',
  baseSha: 'c'.repeat(40),
  requested: [],
};

export function pull(reviews: Review[], change: Partial<ApprovalFacts> = {}): ApprovalFacts {
  return {
    complete: true,
    pull: PULL,
    issue: { number: 1, state: 'open', locked: false },
    repository: { id: 1, owner: 'acme', archived: false },
    requesters: [{ id: MARIA.id, login: MARIA.login }],
    contributors: [
      { commit: HEAD, as: 'author', account: OUR_BOT, name: 'gatehouse[bot]' },
      { commit: HEAD, as: 'committer', account: OUR_BOT, name: 'gatehouse[bot]' },
    ],
    reviews,
    answers: [],
    roles: { [MARIA.id]: 'admin', [OTTO.id]: 'maintain', [PIA.id]: 'write' },
    teams: {},
    codeowners: null,
    paths: [],
    updateMerge: null,
    app: { id: 5, botUserId: OUR_BOT.id },
    ...change,
  };
}
