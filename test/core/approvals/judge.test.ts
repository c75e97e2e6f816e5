import { describe, expect, test } from 'vitest';
import type { ApprovalFacts } from '../../../src/core/approvals/facts.ts';
import {
  byPrecedence,
  Judgement,
  type RuleOutcome,
} from '../../../src/core/approvals/judgement.ts';
import {
  answer,
  answered,
  given,
  HEAD,
  MARIA,
  OLD,
  OTTO,
  OUR_BOT,
  PIA,
  PULL,
  pull,
  review,
  user,
} from './given.ts';

const voiding = (id: number) => ({ to: HEAD, at: null, reviews: [id] });

describe('an approval', () => {
  test('by a maintainer on the head', () => {
    const one = review(OTTO);
    const { judgement } = given(pull([one]))
      .when()
      .thenOutcome('approved')
      .thenSays({
        granted: [{ id: OTTO.id, login: 'otto' }],
        approvals: { count: 1, maintainers: 1, teams: [], codeowners: false, vetoed: false },
        missing: [],
      });
    expect(Judgement.parse(judgement)).toEqual(judgement);
    expect(judgement.verdicts).toEqual([
      {
        statement: `review-${one.id}`,
        review: one.id,
        by: { id: OTTO.id, login: 'otto' },
        says: 'approves',
        counts: true,
        rule: 'current-head',
        reason: 'It approves this head.',
        told: false,
      },
    ]);
  });
  test('by someone with write access is no maintainer', () => {
    given(pull([review(PIA)]))
      .when()
      .thenSays({ approvals: { count: 1, maintainers: 0 } });
  });
  test('by nobody', () => {
    given(pull([]))
      .when()
      .thenOutcome('pending')
      .thenSays({ missing: ['0 of 1 approvals.'], approvals: { count: 0 } });
  });
  test('by two people where two are asked', () => {
    for (const [reviews, outcome] of [
      [[review(OTTO)], 'pending'],
      [[review(OTTO), review(OTTO)], 'pending'],
      [[review(OTTO), review(PIA)], 'approved'],
    ] as const)
      given(pull([...reviews]))
        .when({ quorum: 2 })
        .thenOutcome(outcome);
  });
});

describe('one that may not be given has its rule, and a stranger is not even told', () => {
  for (const [name, by, rule, reason, told] of [
    [
      'the requester',
      MARIA,
      'separation',
      'You asked for this work; someone else approves it.',
      true,
    ],
    [
      'a reader',
      user(30, 'rita'),
      'approver',
      'Approving takes write access to the repository; yours is "none".',
      false,
    ],
  ] as const)
    test(name, () => {
      const one = review(by);
      const person = { id: by.id, login: by.login };
      given(pull([one]))
        .when()
        .thenOutcome('pending')
        .thenRefused(rule)
        .thenSays({
          verdicts: [{ review: one.id, by: person, says: 'approves', reason, told }],
        });
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
    given(pull(reviews))
      .when()
      .thenRefusals(
        ...['bot', 'bot', 'latest-statement', 'latest-statement', 'dismissal', 'approver'],
      );
  });
});

describe('threats', () => {
  test('approve, then push: stale', () => {
    given(pull([review(OTTO, 'APPROVED', OLD)]))
      .when()
      .thenOutcome('pending')
      .thenRefused('current-head')
      .thenSays({ approvals: { count: 0 } });
  });
  test('a head that moves away and back revives nothing', () => {
    const [one, again] = [review(OTTO), review(OTTO)];
    const moves = [voiding(one.id)];
    given(pull([one]))
      .when()
      .thenOutcome('approved');
    given(pull([one]))
      .when({ moves })
      .thenOutcome('pending')
      .thenRefused('new-head');
    given(pull([one, again]))
      .when({ moves })
      .thenOutcome('approved');
  });
  test('a veto dismissed revives no old approval', () => {
    given(pull([review(OTTO), review(OTTO, 'CHANGES_REQUESTED')]))
      .when()
      .thenOutcome('veto');
    given(pull([review(OTTO), review(OTTO, 'DISMISSED')]))
      .when()
      .thenOutcome('pending');
  });
  test('access lost before use', () => {
    given(pull([review(OTTO)], { roles: {} }))
      .when()
      .thenOutcome('pending');
  });
  test('the head moved while it was asked about', () => {
    given(pull([review(OTTO, 'APPROVED', OLD)], { pull: { ...PULL, head: OLD } }))
      .when()
      .thenOutcome('pending')
      .thenSays({ approvals: { count: 0 } });
  });
  test('an identity that nobody can name: one more person, and policy sees one fewer', () => {
    const contributors = [{ commit: HEAD, as: 'author' as const, account: null, name: 'x@y' }];
    given(pull([review(OTTO)], { contributors }))
      .when()
      .thenOutcome('pending')
      .thenSays({
        approvals: { count: 0, maintainers: 0 },
        missing: [
          "1 of 2 approvals (1, and one more for each identity that GitHub can't name: x@y).",
        ],
      });
    given(pull([review(OTTO), review(PIA)], { contributors }))
      .when()
      .thenOutcome('approved')
      .thenSays({ approvals: { count: 1, maintainers: 0 } });
  });
  test('a page of reviews that is missing', () => {
    given(pull([review(OTTO)], { complete: false }))
      .when()
      .thenOutcome('pending')
      .thenSays({ approvals: { count: 0 } });
  });
  test('a draft, a locked, a closed pull request and an archived repository', () => {
    const facts = pull([review(OTTO)]);
    for (const [change, outcome] of [
      [{ draft: true }, 'pending'],
      [{ locked: true }, 'pending'],
      [{ state: 'closed' as const }, 'deny'],
    ] as const)
      given({ ...facts, pull: { ...PULL, ...change } })
        .when()
        .thenOutcome(outcome)
        .thenSays({ approvals: { count: 0 } });
    given({ ...facts, repository: { ...facts.repository, archived: true } })
      .when()
      .thenOutcome('deny');
  });
  test('facts that are none', () => {
    const broken = { ...pull([]), reviews: null } as unknown as ApprovalFacts;
    given(broken)
      .when()
      .thenOutcome('error')
      .thenSays({ approvals: { count: 0 } });
    given(pull([review(OTTO)]))
      .when({ quorum: 0 })
      .thenOutcome('error');
  });
});

describe('solo', () => {
  test('excepts a maintainer from separation, and each use is marked', () => {
    const facts = pull([review(MARIA)]);
    given(facts).when().thenOutcome('pending');
    given(facts).when({ solo: true }).thenOutcome('approved').thenCounts('solo');
  });
  test('marks nothing where it is not needed', () => {
    given(pull([review(OTTO)]))
      .when({ solo: true })
      .thenCounts('current-head');
  });
});

describe('who is told that it does not count', () => {
  test('by a review: only whoever has write access and approves their own work', () => {
    const facts = pull([review(OUR_BOT), review(MARIA), review(OTTO, 'APPROVED', OLD)]);
    const { verdicts } = given(facts).when().judgement;
    expect(verdicts.map(({ told }) => told)).toEqual([false, true, false]);
  });
  test('by a command: also whoever gave it in a way that does not count', () => {
    const answers = [
      answer(OTTO, 'approve', { standing: 'edited' }),
      answer(PIA, 'approve', { request: 'another' }),
    ];
    const { verdicts } = given(answered(answers)).when().judgement;
    expect(verdicts.map(({ rule, told }) => [rule, told])).toEqual([
      ['created-comment', true],
      ['answered-request', false],
    ]);
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
    given(pull([review(OTTO)]))
      .when()
      .thenOutcome('approved');
    given(pull([])).when().thenOutcome('pending');
    given(pull(vetoed)).when().thenOutcome('veto');
    given(pull(vetoed, { complete: false }))
      .when()
      .thenOutcome('veto');
    given(pull(vetoed)).when({ quorum: 0 }).thenOutcome('error');
    given(pull(vetoed, { pull: closed }))
      .when({ quorum: 0 })
      .thenOutcome('deny');
  });
  test('a veto leaves nothing for policy to count', () => {
    given(pull([review(OTTO), review(PIA, 'CHANGES_REQUESTED')]))
      .when()
      .thenOutcome('veto')
      .thenSays({
        reason: '@pia is against it.',
        approvals: { count: 0, maintainers: 0, vetoed: true },
      });
  });
});
