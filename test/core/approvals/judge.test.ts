import { describe, expect, test } from 'vitest';
import type { ApprovalFacts } from '../../../src/core/approvals/facts.ts';
import { judge } from '../../../src/core/approvals/judge.ts';
import {
  byPrecedence,
  Judgement,
  type RuleOutcome,
} from '../../../src/core/approvals/judgement.ts';
import { ASK, HEAD, MARIA, OLD, OTTO, OUR_BOT, PIA, PULL, pull, review, user } from './pull.ts';

const voiding = (id: number) => ({ to: HEAD, at: null, reviews: [id] });
const outcome = (facts: ApprovalFacts, ask = ASK) => judge(facts, ask).outcome;

describe('an approval', () => {
  test('by a maintainer on the head', () => {
    const given = review(OTTO);
    const judgement = judge(pull([given]), ASK);
    expect(Judgement.parse(judgement)).toEqual(judgement);
    expect(judgement).toMatchObject({
      outcome: 'approved',
      granted: [{ id: OTTO.id, login: 'otto' }],
      approvals: { count: 1, maintainers: 1, teams: [], codeowners: false, vetoed: false },
      missing: [],
    });
    expect(judgement.verdicts).toEqual([
      {
        statement: `review-${given.id}`,
        review: given.id,
        by: { id: OTTO.id, login: 'otto' },
        says: 'approves',
        counts: true,
        rule: 2,
        reason: 'It approves this head.',
      },
    ]);
  });
  test('by someone with write access is no maintainer', () => {
    expect(judge(pull([review(PIA)]), ASK).approvals).toMatchObject({ count: 1, maintainers: 0 });
  });
  test('by nobody', () => {
    expect(judge(pull([]), ASK)).toMatchObject({
      outcome: 'pending',
      missing: ['0 of 1 approvals.'],
      approvals: { count: 0 },
    });
  });
  test('by two people where two are asked', () => {
    const ask = { ...ASK, quorum: 2 };
    expect(outcome(pull([review(OTTO)]), ask)).toBe('pending');
    expect(outcome(pull([review(OTTO), review(OTTO)]), ask)).toBe('pending');
    expect(outcome(pull([review(OTTO), review(PIA)]), ask)).toBe('approved');
  });
});

describe('one that may not be given is answered with its rule', () => {
  for (const [name, by, rule, reason] of [
    ['the requester', MARIA, 9, 'You asked for this work; someone else approves it.'],
    [
      'a reader',
      user(30, 'rita'),
      11,
      'Approving takes write access to the repository; yours is "none".',
    ],
  ] as const)
    test(name, () => {
      const given = review(by);
      const judgement = judge(pull([given]), ASK);
      expect(judgement.outcome).toBe('pending');
      const person = { id: by.id, login: by.login };
      expect(judgement.verdicts).toMatchObject([
        { review: given.id, by: person, says: 'approves', counts: false, rule, reason },
      ]);
    });
  test('each of the others by its rule', () => {
    const reviews = [
      review(OUR_BOT),
      review(null),
      review(OTTO, 'COMMENTED'),
      review(PIA, 'APPROVED', OLD),
      review(PIA, 'DISMISSED'),
      review(user(31), 'CHANGES_REQUESTED'),
    ];
    const judgement = judge(pull(reviews), ASK);
    expect(judgement.verdicts.map(({ counts, rule }) => (counts ? 'counts' : rule))).toEqual([
      10, 10, 6, 6, 7, 11,
    ]);
  });
});

describe('threats', () => {
  test('approve, then push: stale', () => {
    const given = review(OTTO, 'APPROVED', OLD);
    expect(judge(pull([given]), ASK)).toMatchObject({
      outcome: 'pending',
      approvals: { count: 0 },
      verdicts: [{ counts: false, rule: 2 }],
    });
  });
  test('a head that moves away and back revives nothing', () => {
    const given = review(OTTO);
    expect(outcome(pull([given]))).toBe('approved');
    const back = judge(pull([given]), { ...ASK, moves: [voiding(given.id)] });
    expect(back).toMatchObject({ outcome: 'pending', verdicts: [{ counts: false, rule: 4 }] });
    const again = review(OTTO);
    expect(outcome(pull([given, again]), { ...ASK, moves: [voiding(given.id)] })).toBe('approved');
  });
  test('a veto dismissed revives no old approval', () => {
    expect(outcome(pull([review(OTTO), review(OTTO, 'CHANGES_REQUESTED')]))).toBe('veto');
    expect(outcome(pull([review(OTTO), review(OTTO, 'DISMISSED')]))).toBe('pending');
  });
  test('access lost before use', () => {
    expect(outcome(pull([review(OTTO)], { roles: {} }))).toBe('pending');
  });
  test('the head moved while it was asked about', () => {
    const facts = pull([review(OTTO, 'APPROVED', OLD)]);
    const moved = { ...facts, pull: { ...PULL, head: OLD } };
    expect(judge(moved, ASK)).toMatchObject({ outcome: 'pending', approvals: { count: 0 } });
  });
  test('an identity that nobody can name: one more person, and policy sees one fewer', () => {
    const contributors = [{ commit: HEAD, as: 'author' as const, account: null, name: 'x@y' }];
    const one = judge(pull([review(OTTO)], { contributors }), ASK);
    expect(one).toMatchObject({ outcome: 'pending', approvals: { count: 0, maintainers: 0 } });
    expect(one.missing).toEqual([
      "1 of 2 approvals (1, and one more for each identity that GitHub can't name: x@y).",
    ]);
    const two = judge(pull([review(OTTO), review(PIA)], { contributors }), ASK);
    expect(two).toMatchObject({ outcome: 'approved', approvals: { count: 1, maintainers: 0 } });
  });
  test('a page of reviews that is missing', () => {
    const judgement = judge(pull([review(OTTO)], { complete: false }), ASK);
    expect(judgement).toMatchObject({ outcome: 'pending', approvals: { count: 0 } });
  });
  test('a draft, a locked, a closed pull request and an archived repository', () => {
    const facts = pull([review(OTTO)]);
    for (const [change, expected] of [
      [{ draft: true }, 'pending'],
      [{ locked: true }, 'pending'],
      [{ state: 'closed' as const }, 'deny'],
    ] as const) {
      const judgement = judge({ ...facts, pull: { ...PULL, ...change } }, ASK);
      expect(judgement).toMatchObject({ outcome: expected, approvals: { count: 0 } });
    }
    expect(outcome({ ...facts, repository: { ...facts.repository, archived: true } })).toBe('deny');
  });
  test('facts that are none', () => {
    const broken = { ...pull([]), reviews: null } as unknown as ApprovalFacts;
    expect(judge(broken, ASK)).toMatchObject({ outcome: 'error', approvals: { count: 0 } });
    expect(judge(pull([review(OTTO)]), { ...ASK, quorum: 0 }).outcome).toBe('error');
  });
});

describe('solo', () => {
  test('excepts a maintainer from rule 9, and each use is marked', () => {
    const facts = pull([review(MARIA)]);
    expect(outcome(facts)).toBe('pending');
    const judgement = judge(facts, { ...ASK, solo: true });
    expect(judgement.outcome).toBe('approved');
    expect(judgement.verdicts).toMatchObject([{ counts: true, rule: 22 }]);
  });
  test('marks nothing where it is not needed', () => {
    const judgement = judge(pull([review(OTTO)]), { ...ASK, solo: true });
    expect(judgement.verdicts).toMatchObject([{ counts: true, rule: 2 }]);
  });
});

describe('precedence: deny, error, veto, pending, approved', () => {
  test('of outcomes', () => {
    const all: RuleOutcome[] = ['approved', 'pending', 'veto', 'error', 'deny'];
    expect(
      all
        .map(each => ({ outcome: each }))
        .sort(byPrecedence)
        .map(r => r.outcome),
    ).toEqual(['deny', 'error', 'veto', 'pending', 'approved']);
  });
  test('of a judgement, as each worse thing comes true', () => {
    const vetoed = [review(OTTO), review(PIA, 'CHANGES_REQUESTED')];
    const closed = { ...PULL, state: 'closed' as const };
    expect(outcome(pull([review(OTTO)]))).toBe('approved');
    expect(outcome(pull([]))).toBe('pending');
    expect(outcome(pull(vetoed))).toBe('veto');
    expect(outcome(pull(vetoed, { complete: false }))).toBe('veto');
    expect(outcome(pull(vetoed), { ...ASK, quorum: 0 })).toBe('error');
    expect(outcome(pull(vetoed, { pull: closed }), { ...ASK, quorum: 0 })).toBe('deny');
  });
  test('a veto leaves nothing for policy to count', () => {
    const judgement = judge(pull([review(OTTO), review(PIA, 'CHANGES_REQUESTED')]), ASK);
    expect(judgement).toMatchObject({
      outcome: 'veto',
      reason: '@pia is against it.',
      approvals: { count: 0, maintainers: 0, vetoed: true },
    });
  });
});
