import { describe, expect, test } from 'vitest';
import { teamsNamed } from '../../../src/core/approvals/code-owners.ts';
import { matches, ownersBy, parseCodeowners } from '../../../src/core/approvals/codeowners-file.ts';
import type { ApprovalCommand, ApprovalFacts } from '../../../src/core/approvals/facts.ts';
import type { Ask } from '../../../src/core/approvals/judgement.ts';
import { isForged } from '../../../src/core/approvals/own-check.ts';
import {
  answer,
  answered,
  given,
  HEAD,
  MARIA,
  NOW,
  OLD,
  OTTO,
  OUR_BOT,
  PIA,
  PULL,
  pull,
  review,
  user,
} from './given.ts';

describe('a command is judged as a review is', () => {
  for (const [name, command, change, ask, counts, rule] of [
    ['it answers the request', answer(OTTO, 'approve'), {}, {}, true, 'answered-request'],
    [
      'another request',
      answer(OTTO, 'approve', { request: 'approval-0' }),
      {},
      {},
      false,
      'answered-request',
    ],
    ['no request', answer(OTTO, 'approve', { request: null }), {}, {}, false, 'answered-request'],
    ['nothing stands', answer(OTTO, 'approve'), {}, { request: null }, false, 'answered-request'],
    ['the requester', answer(MARIA, 'approve'), {}, {}, false, 'separation'],
    ['the requester, solo', answer(MARIA, 'approve'), {}, { solo: true }, true, 'solo'],
    ['a bot', answer(OUR_BOT, 'approve'), {}, {}, false, 'bot'],
    ['a stranger', answer(user(70), 'approve'), {}, {}, false, 'approver'],
    ['access that was lost', answer(OTTO, 'approve'), { roles: {} }, {}, false, 'approver'],
    [
      'after 24 hours',
      answer(OTTO, 'approve'),
      {},
      { now: '2026-01-02T12:00:00.000Z' },
      false,
      'expiry',
    ],
    [
      'within what policy says',
      answer(OTTO, 'approve'),
      {},
      { now: '2026-01-02T12:00:00.000Z', holdsForHours: 48 },
      true,
      'answered-request',
    ],
    [
      'after less, where policy says so',
      answer(OTTO, 'approve'),
      {},
      { holdsForHours: 1 },
      false,
      'expiry',
    ],
    ['at a time that is none', answer(OTTO, 'approve', { at: 'soon' }), {}, {}, false, 'expiry'],
    ['taken back', answer(OTTO, 'approve', { revoked: 'edited' }), {}, {}, false, 'revocation'],
    [
      'its comment deleted',
      answer(OTTO, 'approve', { standing: 'deleted' }),
      {},
      {},
      false,
      'revocation',
    ],
    [
      'its comment edited',
      answer(OTTO, 'approve', { standing: 'edited' }),
      {},
      {},
      false,
      'created-comment',
    ],
    [
      "somebody else's comment",
      answer(OTTO, 'approve', { standing: 'foreign' }),
      {},
      {},
      false,
      'created-comment',
    ],
    ['a denial', answer(OTTO, 'deny'), {}, {}, true, 'veto'],
    ['a denial by a reader', answer(user(71), 'deny'), {}, {}, false, 'approver'],
    ['a revocation', answer(OTTO, 'revoke'), {}, {}, false, 'revocation'],
  ] as [string, ApprovalCommand, Partial<ApprovalFacts>, Partial<Ask>, boolean, string][])
    test(name, () => {
      const then = given(answered([command], change)).when(ask);
      counts ? then.thenCounts(rule) : then.thenRefused(rule);
    });

  test('before there is a pull request, on the issue', () => {
    given(answered([answer(OTTO, 'approve')], { pull: null, contributors: [] }))
      .when({ head: null })
      .thenOutcome('approved');
    given(pull([review(OTTO)], { pull: null }))
      .when({ head: null })
      .thenOutcome('pending');
  });
});

describe('latest-statement and quorum: one person is one, in whatever way', () => {
  const two = { quorum: 2 };
  for (const [name, facts, ask, ok] of [
    [
      'a review and a command',
      pull([review(OTTO)], { answers: [answer(OTTO, 'approve')] }),
      two,
      false,
    ],
    ['of two people', pull([review(OTTO)], { answers: [answer(PIA, 'approve')] }), two, true],
    [
      'a denial after a review',
      pull([review(OTTO)], { answers: [answer(OTTO, 'deny')] }),
      {},
      false,
    ],
    [
      'a revocation after a review',
      pull([review(OTTO)], { answers: [answer(OTTO, 'revoke')] }),
      {},
      false,
    ],
    [
      'approved again after a revocation',
      answered([answer(OTTO, 'approve'), answer(OTTO, 'revoke'), answer(OTTO, 'approve')]),
      {},
      true,
    ],
    [
      'a command that is over hides an older review',
      pull([review(OTTO)], { answers: [answer(OTTO, 'approve', { standing: 'deleted' })] }),
      {},
      false,
    ],
    [
      'a denial, lifted by a command',
      answered([answer(OTTO, 'deny'), answer(OTTO, 'approve')]),
      {},
      true,
    ],
    [
      'a denial, not lifted by an edited one',
      answered([
        answer(OTTO, 'deny'),
        answer(OTTO, 'approve', { standing: 'edited' }),
        answer(PIA, 'approve'),
      ]),
      {},
      false,
    ],
    [
      'a denial, not lifted by a revocation',
      answered([answer(OTTO, 'deny'), answer(OTTO, 'revoke'), answer(PIA, 'approve')]),
      {},
      false,
    ],
    [
      'a denial, not lifted by an approval that was taken back',
      answered([
        answer(OTTO, 'deny'),
        answer(OTTO, 'approve'),
        answer(OTTO, 'revoke'),
        answer(PIA, 'approve'),
      ]),
      {},
      false,
    ],
    [
      "a review's request for changes, not lifted by a review whose approval was taken back",
      pull([review(OTTO, 'CHANGES_REQUESTED'), review(OTTO), review(PIA)], {
        answers: [answer(OTTO, 'revoke')],
      }),
      {},
      false,
    ],
    [
      'a denial, lifted by an approval after one that was taken back',
      answered([
        answer(OTTO, 'deny'),
        answer(OTTO, 'approve'),
        answer(OTTO, 'revoke'),
        answer(OTTO, 'approve'),
      ]),
      {},
      true,
    ],
    [
      "a denial, not lifted by another's approval",
      answered([answer(OTTO, 'deny'), answer(PIA, 'approve')]),
      {},
      false,
    ],
    [
      'a denial whose comment was deleted',
      answered([answer(OTTO, 'deny', { standing: 'deleted' }), answer(PIA, 'approve')]),
      {},
      false,
    ],
  ] as [string, ApprovalFacts, Partial<Ask>, boolean][])
    test(name, () => {
      const { outcome } = given(facts).when(ask).judgement;
      expect(outcome === 'approved').toBe(ok);
    });
  test('within one second, what takes it back stands', () => {
    const at = '2026-01-01T00:10:00.000Z';
    const facts = pull([{ ...review(OTTO, 'CHANGES_REQUESTED'), at }], {
      answers: [answer(OTTO, 'approve', { at })],
    });
    given(facts).when().thenOutcome('veto');
  });
});

describe('what is approved says nothing of anything else', () => {
  const raise = { request: 'approval-0', question: 'budget.raise author-2-1' };
  const push = { request: 'approval-0', question: 'branch.push publish-2-1' };

  test('an approval of something else lifts no veto', () => {
    given(
      pull([review(OTTO, 'CHANGES_REQUESTED'), review(PIA)], {
        answers: [answer(OTTO, 'approve', raise)],
      }),
    )
      .when()
      .thenOutcome('veto');
    given(answered([answer(OTTO, 'deny'), answer(PIA, 'approve'), answer(OTTO, 'approve', raise)]))
      .when()
      .thenOutcome('veto');
  });

  test("nor does it take the place of the person's approval of this", () => {
    given(pull([review(OTTO)], { answers: [answer(OTTO, 'approve', raise)] }))
      .when()
      .thenOutcome('approved')
      .thenCounts('current-head');
    given(answered([answer(OTTO, 'approve'), answer(OTTO, 'approve', raise)]))
      .when()
      .thenOutcome('approved')
      .thenCounts('answered-request');
  });

  test('a denial of something else is a veto here too, until that is approved or this', () => {
    const denied = answer(OTTO, 'deny', push);
    const pia = answer(PIA, 'approve');
    given(answered([denied, pia]))
      .when()
      .thenOutcome('veto');
    given(answered([denied, answer(OTTO, 'approve', push), pia]))
      .when()
      .thenOutcome('approved');
    given(answered([denied, answer(OTTO, 'approve'), pia]))
      .when()
      .thenOutcome('approved');
    given(answered([denied, answer(OTTO, 'approve', raise), pia]))
      .when()
      .thenOutcome('veto');
  });

  test('a review approves the merge alone, and its request for changes holds all else', () => {
    const ask = { question: push.question };
    given(pull([review(OTTO)]))
      .when(ask)
      .thenOutcome('pending')
      .thenSays({ verdicts: [] });
    const pia = answer(PIA, 'approve', { question: push.question });
    given(pull([review(OTTO, 'CHANGES_REQUESTED')], { answers: [pia] }))
      .when(ask)
      .thenOutcome('veto');
    given(pull([review(OTTO, 'CHANGES_REQUESTED'), review(OTTO)], { answers: [pia] }))
      .when(ask)
      .thenOutcome('approved');
  });
});

describe('latest-statement: answers by two clocks, of which one may be wrong', () => {
  const [early, late] = ['2026-01-01T10:00:00Z', '2026-01-01T10:00:40Z'];
  const said = (
    via: 'console' | 'issue_comment' | 'button',
    says: ApprovalCommand['says'],
    at: string,
  ) => answer(OTTO, says, { id: `${via}-${at}-${says}`, at });
  for (const [name, answers, counts] of [
    [
      'a denial on GitHub in the second of an approval in the console',
      [
        said('console', 'approve', '2026-01-01T10:00:00.300Z'),
        said('issue_comment', 'deny', early),
      ],
      false,
    ],
    [
      'a revocation on GitHub after an approval by a clock that is ahead',
      [said('console', 'approve', late), said('issue_comment', 'revoke', early)],
      false,
    ],
    [
      'an approval on GitHub that may be older than the denial before it in the log',
      [said('console', 'deny', late), said('issue_comment', 'approve', early)],
      false,
    ],
    [
      'an approval on GitHub after a denial in the console, by the log and the times',
      [said('console', 'deny', early), said('issue_comment', 'approve', late)],
      true,
    ],
    [
      'an approval in the console after a denial on GitHub, by a clock that is behind',
      [said('issue_comment', 'deny', late), said('console', 'approve', early)],
      true,
    ],
  ] as [string, ApprovalCommand[], boolean][])
    test(name, () => {
      given(answered(answers))
        .when()
        .thenOutcome(
          counts ? 'approved' : answers.some(a => a.says === 'deny') ? 'veto' : 'pending',
        );
    });
});

describe('new-head and update-merge: moves', () => {
  const before = '2025-12-31T00:00:00.000Z';
  const merged = { to: HEAD, from: OLD, tree: 't', recomputed: 't' };
  const two = [
    { ...merged, from: 'm' },
    { ...merged, to: 'm' },
  ];
  const to = (sha: string, at: string | null = NOW, reviews: number[] = []) => ({
    to: sha,
    at,
    reviews,
  });
  for (const [name, facts, moves, counts] of [
    ['before the review', pull([review(OTTO)]), [to(HEAD, before)], true],
    ['after it', pull([review(OTTO)]), [to(HEAD)], false],
    ['away and back', pull([review(OTTO)]), [to(OLD), to(HEAD)], false],
    [
      'an update, the merge done anew',
      pull([review(OTTO, 'APPROVED', OLD)], { updateMerges: [merged] }),
      [to(HEAD)],
      true,
    ],
    [
      'an update with another tree',
      pull([review(OTTO, 'APPROVED', OLD)], { updateMerges: [{ ...merged, recomputed: 'u' }] }),
      [to(HEAD)],
      false,
    ],
    [
      'an update that conflicts',
      pull([review(OTTO, 'APPROVED', OLD)], { updateMerges: [{ ...merged, recomputed: null }] }),
      [to(HEAD)],
      false,
    ],
    [
      'an update of another head',
      pull([review(OTTO, 'APPROVED', OLD)], { updateMerges: [{ ...merged, from: HEAD }] }),
      [to(HEAD)],
      false,
    ],
    [
      'an update after something else',
      pull([review(OTTO, 'APPROVED', OLD)], { updateMerges: [merged] }),
      [to('x'), to(HEAD)],
      false,
    ],
    [
      'an update, and the base retargeted',
      pull([review(OTTO, 'APPROVED', OLD)], { updateMerges: [merged] }),
      [to(HEAD), to('base:next')],
      false,
    ],
    [
      'two updates in a row',
      pull([review(OTTO, 'APPROVED', OLD)], { updateMerges: two }),
      [to('m'), to(HEAD)],
      true,
    ],
    [
      'two updates, of which the first has another tree',
      pull([review(OTTO, 'APPROVED', OLD)], {
        updateMerges: two.map(merge => ({ ...merge, recomputed: merge.to === 'm' ? 'u' : 't' })),
      }),
      [to('m'), to(HEAD)],
      false,
    ],
    [
      'two updates, and something else between them',
      pull([review(OTTO, 'APPROVED', OLD)], { updateMerges: two }),
      [to('m'), to('x'), to(HEAD)],
      false,
    ],
    ['no update that the worker found', pull([review(OTTO, 'APPROVED', OLD)]), [to(HEAD)], false],
  ] as [string, ApprovalFacts, Ask['moves'], boolean][])
    test(name, () => {
      const { verdicts } = given(facts).when({ moves }).judgement;
      expect(verdicts.at(-1)?.counts).toBe(counts);
    });
  test('single use: a review that a use rested on', () => {
    const one = review(OTTO);
    given(pull([one]))
      .when({ spent: [one.id] })
      .thenRefused('single-use');
  });
});

describe('approver: teams, by id, live', () => {
  const teams = { security: [OTTO.id], docs: [PIA.id], empty: [] };
  const counted = (facts: ApprovalFacts) => given(facts).when().judgement.approvals.teams;
  test('those that an approver is in', () => {
    expect(counted(pull([review(OTTO)], { teams }))).toEqual(['security']);
    expect(counted(pull([review(OTTO), review(PIA)], { teams }))).toEqual(['docs', 'security']);
  });
  test('none of whom it does not count', () =>
    expect(counted(pull([review(MARIA)], { teams: { security: [MARIA.id] } }))).toEqual([]));
  const unnamed = [{ commit: OLD, as: 'co-author' as const, account: null, name: 'somebody' }];
  test('one more where an identity can not be named: it may be who speaks for the team', () => {
    const [one, both] = [{ security: [OTTO.id] }, { security: [OTTO.id, PIA.id] }];
    const by = (contributors: typeof unnamed, of: Record<string, number[]>) =>
      counted(pull([review(OTTO), review(PIA)], { contributors, teams: of }));
    expect(by([], one)).toEqual(['security']);
    expect(by(unnamed, one)).toEqual([]);
    expect(by(unnamed, both)).toEqual(['security']);
    const two = [...unnamed, ...unnamed.map(other => ({ ...other, name: 'somebody else' }))];
    expect(by(two, both)).toEqual([]);
  });
  test('removed before the use', () =>
    expect(counted(pull([review(OTTO)], { teams: { security: [] } }))).toEqual([]));
});

describe('code-owners: code owners', () => {
  const text = '* @acme/core\nsrc/ @otto\ndocs/ \nsrc/pay/ @acme/pay @pia # money\n';
  const teams = { core: [PIA.id], pay: [] };
  const judged = (paths: string[], by: (typeof OTTO)[], file = text) =>
    given(
      pull(
        by.map(person => review(person)),
        { codeowners: { kind: 'text', text: file }, paths, teams },
      ),
    ).when();
  for (const [name, paths, by, outcome] of [
    ['the last match wins', ['src/a.js'], [OTTO], 'approved'],
    ['not the first', ['src/a.js'], [PIA], 'pending'],
    ['any one of a group', ['src/pay/b.js'], [PIA], 'approved'],
    ['a member of the team', ['README'], [PIA], 'approved'],
    ['not a member', ['README'], [OTTO], 'pending'],
    ['every group that is touched', ['src/a.js', 'README'], [OTTO], 'pending'],
    ['all of them', ['src/a.js', 'README'], [OTTO, PIA], 'approved'],
    ['a folder that nobody owns: nothing is approved by that', ['docs/x'], [OTTO], 'pending'],
    ['nobody', ['README'], [], 'pending'],
  ] as const)
    test(name, () => void judged([...paths], [...by]).thenRule('code-owners', outcome));
  for (const [name, file] of [
    ['a negation', '!README @pia'],
    ['a range', 'READ[MN]E @pia'],
    ['an owner that is none', 'README pia'],
    ['one owner of two that is none', 'README @pia mona,'],
    ['an escaped hash', '\\#README @pia'],
  ])
    test(`skipped, as GitHub skips it, and told: ${name}`, () => {
      const asked = judged(['README'], [OTTO], `* @otto\n${file}\n`);
      asked.thenRule('code-owners', 'approved', /GitHub skips: line 2: /);
      judged(['README'], [PIA], `* @otto\n${file}\n`).thenRule('code-owners', 'pending');
    });
  test('a login of a managed user', () => {
    const mona = { ...OTTO, login: 'Mona_acme' };
    judged(['README'], [mona], '* @mona_acme\n').thenRule('code-owners', 'approved');
  });
  test('one more of each group where an identity can not be named', () => {
    const unnamed = { commit: OLD, as: 'author' as const, account: null, name: 'somebody' };
    const asked = (by: (typeof OTTO)[], owners: string) => {
      const codeowners = { kind: 'text' as const, text: `* ${owners}\n` };
      const reviews = by.map(person => review(person));
      return given(
        pull(reviews, { codeowners, paths: ['a'], teams, contributors: [unnamed] }),
      ).when();
    };
    const still =
      "Code owners still to approve: @otto (2 of each, one more for each identity that GitHub can't name: somebody).";
    asked([OTTO, PIA], '@otto')
      .thenRule('code-owners', 'pending')
      .thenSays({ missing: [still] });
    asked([OTTO, PIA], '@otto @acme/core').thenRule('code-owners', 'approved');
    asked([OTTO], '@otto @acme/core').thenRule('code-owners', 'pending');
    expect(asked([OTTO, PIA], '@otto').judgement.approvals.codeowners).toBe(false);
  });
  test('oversized, missing, not asked', () => {
    const asked = (codeowners: ApprovalFacts['codeowners']) =>
      given(pull([], { codeowners })).when();
    asked({ kind: 'oversized' }).thenRule('code-owners', 'deny');
    asked({ kind: 'none' }).thenRule('code-owners', 'pending');
    asked(null).thenRule('code-owners', null);
  });
  test.each(['* @other/core\n', '* pia@acme.example\n'])('%j is nobody here, and told', file => {
    judged(['a'], [PIA], file).thenRule('code-owners', 'pending', /no approval can count for it/);
    judged(['a'], [PIA], `${file}a @pia\n`).thenRule('code-owners', 'approved');
  });
  test('the teams whose members have to be known', () =>
    expect(teamsNamed(text, 'ACME')).toEqual(['core', 'pay']));
  for (const [pattern, path, is] of [
    ['*', 'a/b.js', true],
    ['*.js', 'a/b.js', true],
    ['*.js', 'b.ts', false],
    ['/a/', 'a/b/c', true],
    ['/a/', 'x/a/b', false],
    ['a/', 'x/a/b', true],
    ['a', 'x/a', true],
    ['docs/*', 'docs/a.md', true],
    ['docs/*', 'docs/x/a.md', false],
    ['/src/**/test', 'src/x/y/test/a', true],
    ['**/logs', 'x/logs/a', true],
    ['apps/web', 'apps/web/a', true],
    ['apps/web', 'x/apps/web', false],
    ['a?c', 'abc', true],
    ['Src/', 'src/a', false],
    ['*a*a*a*a*b', `${'a'.repeat(200)}`, false],
    ['**/a/**/b', 'x/a/y/a/z/b', true],
    ['a/**', 'a', true],
    [`${'**/'.repeat(50)}x`, `${'a/'.repeat(1_900)}b`, false],
  ] as const)
    test(`${pattern} ${is ? 'is' : 'is not'} ${path.slice(0, 20)}`, () =>
      expect(matches(pattern, path)).toBe(is));
  test('a space in a path', () => {
    const parsed = parseCodeowners('my\\ file @otto');
    expect(ownersBy(parsed.lines)('my file')).toEqual(['@otto']);
  });

  test('may begin with a byte order mark', () => {
    const { lines, skipped } = parseCodeowners('\uFEFF* @otto\r\n[Docs] @mona\r\ndocs/');
    expect(ownersBy(lines)('src/a.ts')).toEqual(['@otto']);
    expect(ownersBy(lines)('docs/a.md')).toEqual([]);
    expect(skipped).toEqual(['line 2: [Docs] is no pattern that GitHub takes here']);
  });
});

describe('requested-again: requested again, until it is given', () => {
  const requested = { pull: { ...PULL, requested: [OTTO.id] } };
  test('a review', () => {
    given(pull([review(OTTO)], requested))
      .when()
      .thenRefused('requested-again');
    given(pull([review(PIA)], requested))
      .when()
      .thenCounts('current-head');
  });
  test('a command is none', () => {
    given(answered([answer(OTTO, 'approve')], requested))
      .when()
      .thenCounts('answered-request');
  });
});

describe('fork: the head is a branch of', () => {
  for (const [name, headRepositoryId, outcome] of [
    ['this repository', 1, 'approved'],
    ['a fork', 2, 'deny'],
    ['a fork that is gone', null, 'deny'],
  ] as const)
    test(name, () => {
      given(pull([], { pull: { ...PULL, headRepositoryId } }))
        .when()
        .thenRule('fork', outcome);
    });
});

describe('open-thread: where it was asked', () => {
  const thread = { number: 1, isPull: false, state: 'open' as const, locked: false };
  const closed = { ...thread, state: 'closed' as const };
  const table: [string, ApprovalFacts['issue'], 'approved' | 'pending' | 'deny', RegExp][] = [
    ['an issue that is open', thread, 'approved', /issue is open/],
    ['an issue that is locked', { ...thread, locked: true }, 'pending', /issue .* unlocked/],
    ['an issue that is closed', closed, 'deny', /issue is closed.* reopened/],
    [
      'a pull request that is closed',
      { ...closed, isPull: true },
      'deny',
      /pull request is closed.* reopened/,
    ],
    ['asked nowhere', null, 'deny', /is gone/],
  ];
  for (const [name, issue, outcome, reason] of table)
    test(name, () => {
      given(pull([], { pull: null, issue }))
        .when({ head: null })
        .thenRule('open-thread', outcome, reason);
    });
});

describe('our own check', () => {
  for (const [name, app, forged] of [
    ['gatehouse', { id: 5 }, false],
    ['gatehouse', { id: 6 }, true],
    ['Gatehouse', { id: 6 }, true],
    ['gatehouse', null, true],
    ['ci', { id: 6 }, false],
  ] as const)
    test(`${name} by ${app?.id ?? 'nobody'}`, () =>
      expect(isForged({ id: 1, name, app }, 5)).toBe(forged));
});

test('a denial stands though its comment was edited or deleted', () => {
  for (const standing of ['edited', 'deleted'] as const)
    given(answered([answer(OTTO, 'deny', { standing })]))
      .when()
      .thenCounts('veto')
      .thenOutcome('veto');
});
