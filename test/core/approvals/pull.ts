/** A pull request that one more approval completes; tests change what they are about. */
import type { Account, ApprovalFacts, Review } from '../../../src/core/approvals/facts.ts';
import type { Ask } from '../../../src/core/approvals/judgement.ts';

export const HEAD = 'a'.repeat(40);
export const OLD = 'b'.repeat(40);
export const ASK: Ask = { head: HEAD, quorum: 1, solo: false };

export const user = (id: number, login = `user${id}`): Account => ({ id, login, type: 'User' });
export const MARIA = user(7, 'maria');
export const OTTO = user(8, 'otto');
export const PIA = user(9, 'pia');
export const OUR_BOT: Account = { id: 99, login: 'gatehouse[bot]', type: 'Bot' };

let next = 1;
/** Reviews in the order in which they are made here. */
export function review(
  by: Account | null,
  state: Review['state'] = 'APPROVED',
  commit: string | null = HEAD,
): Review {
  const id = next++;
  return { id, by, state, commit, at: new Date(Date.UTC(2026, 0, 1) + id * 1000).toISOString() };
}

export function pull(reviews: Review[], change: Partial<ApprovalFacts> = {}): ApprovalFacts {
  return {
    complete: true,
    pull: {
      number: 2,
      author: OUR_BOT,
      state: 'open',
      draft: false,
      locked: false,
      head: HEAD,
      headRepositoryId: 1,
      baseRef: 'main',
      baseSha: 'c'.repeat(40),
    },
    repository: { id: 1, archived: false },
    requester: { id: MARIA.id, login: MARIA.login },
    contributors: [
      { commit: HEAD, as: 'author', account: OUR_BOT, name: 'gatehouse[bot]' },
      { commit: HEAD, as: 'committer', account: OUR_BOT, name: 'gatehouse[bot]' },
    ],
    reviews,
    roles: { [MARIA.id]: 'admin', [OTTO.id]: 'maintain', [PIA.id]: 'write' },
    app: { id: 5, botUserId: OUR_BOT.id },
    ...change,
  };
}
