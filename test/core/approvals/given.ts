/**
 * given these facts / when approval is asked for / then the judgement. The facts are those of a pull
 * request that one more approval completes; tests change what they are about.
 */
import { expect } from 'vitest';
import type { Account } from '../../../src/core/actor.ts';
import type { ApprovalCommand, ApprovalFacts, Review } from '../../../src/core/approvals/facts.ts';
import { judge } from '../../../src/core/approvals/judge.ts';
import type { Ask, Judgement, RuleOutcome } from '../../../src/core/approvals/judgement.ts';

export const HEAD = 'a'.repeat(40);
export const OLD = 'b'.repeat(40);
/** Everything here is said on the first of January; it is judged at noon. */
export const NOW = '2026-01-01T12:00:00.000Z';
export const REQUEST = 'approval-1';
export const QUESTION = 'pr.merge';
export const ASK: Ask = {
  question: QUESTION,
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
  const given = { id, by, says, request: REQUEST, question: QUESTION, at: moment() };
  return { ...given, revoked: null, standing: 'created', ...change };
}

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
    issue: { number: 1, isPull: false, state: 'open', locked: false },
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
    updateMerges: [],
    checksChangedAt: null,
    app: { id: 5, botUserId: OUR_BOT.id },
    ...change,
  };
}

/** The same, where people answered by commands alone. */
export const answered = (
  answers: ApprovalCommand[],
  change: Partial<ApprovalFacts> = {},
): ApprovalFacts => pull([], { answers, ...change });

/** The tests' sentence: given what is known, when this is asked, then this is the judgement. */
export const given = (facts: ApprovalFacts) => ({
  when: (ask: Partial<Ask> = {}) => then(judge(facts, { ...ASK, ...ask })),
});

function then(judgement: Judgement) {
  const { outcome, results, verdicts } = judgement;
  return {
    judgement,
    thenOutcome(expected: RuleOutcome) {
      expect(outcome).toBe(expected);
      return this;
    },
    /** What the rule about the request, or about those who approve, says; null where it is not asked. */
    thenRule(rule: string, expected: RuleOutcome | null, reason = /(?:)/) {
      const found = results.find(result => result.rule === rule);
      expect(found?.outcome ?? null).toBe(expected);
      expect(found?.reason ?? '').toMatch(reason);
      return this;
    },
    /** The last statement counts, by this rule. */
    thenCounts(rule: string) {
      expect(verdicts.at(-1)).toMatchObject({ counts: true, rule });
      return this;
    },
    /** The last statement does not count, by this rule. */
    thenRefused(rule: string) {
      expect(verdicts.at(-1)).toMatchObject({ counts: false, rule });
      return this;
    },
    /** Of each statement in order the rule by which it does not count; null where it does. */
    thenRefusals(...rules: (string | null)[]) {
      expect(verdicts.map(({ counts, rule }) => (counts ? null : rule))).toEqual(rules);
      return this;
    },
    /** The judgement has these fields, among others. */
    thenSays(part: Record<string, unknown>) {
      expect(judgement).toMatchObject(part);
      return this;
    },
  };
}
