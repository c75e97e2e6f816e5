import { describe, expect, test } from 'vitest';
import { codeOwners, teamsNamed } from '../../../src/core/approvals/code-owners.ts';
import { matches, ownersOf, parseCodeowners } from '../../../src/core/approvals/codeowners.ts';
import type { ApprovalCommand, ApprovalFacts } from '../../../src/core/approvals/facts.ts';
import { fork } from '../../../src/core/approvals/fork.ts';
import { judge } from '../../../src/core/approvals/judge.ts';
import type { Ask } from '../../../src/core/approvals/judgement.ts';
import { openThread } from '../../../src/core/approvals/open-thread.ts';
import { isForged } from '../../../src/core/approvals/own-check.ts';
import {
  ASK,
  answer,
  commanded,
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
  said,
  user,
} from './pull.ts';

/** The rule by which the last statement counts or does not, and whether it does. */
function last(facts: ApprovalFacts, ask: Partial<Ask> = {}): [boolean, number | undefined] {
  const verdict = judge(facts, { ...ASK, ...ask }).verdicts.at(-1);
  return [verdict?.counts ?? false, verdict?.rule];
}
const approved = (facts: ApprovalFacts, ask: Partial<Ask> = {}) =>
  judge(facts, { ...ASK, ...ask }).outcome === 'approved';
const with_ = (answers: ApprovalCommand[], change: Partial<ApprovalFacts> = {}) =>
  pull([], { answers, ...change });

describe('a command is judged as a review is', () => {
  for (const [name, given, change, ask, counts, rule] of [
    ['it answers the request', answer(OTTO, 'approve'), {}, {}, true, 3],
    ['another request', answer(OTTO, 'approve', { request: 'approval-0' }), {}, {}, false, 3],
    ['no request', answer(OTTO, 'approve', { request: null }), {}, {}, false, 3],
    ['nothing stands', answer(OTTO, 'approve'), {}, { request: null }, false, 3],
    ['the requester', answer(MARIA, 'approve'), {}, {}, false, 9],
    ['the requester, solo', answer(MARIA, 'approve'), {}, { solo: true }, true, 22],
    ['a bot', answer(OUR_BOT, 'approve'), {}, {}, false, 10],
    ['a stranger', answer(user(70), 'approve'), {}, {}, false, 11],
    ['access that was lost', answer(OTTO, 'approve'), { roles: {} }, {}, false, 11],
    ['after 24 hours', answer(OTTO, 'approve'), {}, { now: '2026-01-02T12:00:00.000Z' }, false, 14],
    [
      'within what policy says',
      answer(OTTO, 'approve'),
      {},
      { now: '2026-01-02T12:00:00.000Z', holdsForHours: 48 },
      true,
      3,
    ],
    [
      'after less, where policy says so',
      answer(OTTO, 'approve'),
      {},
      { holdsForHours: 1 },
      false,
      14,
    ],
    ['at a time that is none', answer(OTTO, 'approve', { at: 'soon' }), {}, {}, false, 14],
    ['taken back', answer(OTTO, 'approve', { revoked: 'edited' }), {}, {}, false, 15],
    ['its comment deleted', answer(OTTO, 'approve', { standing: 'deleted' }), {}, {}, false, 15],
    ['its comment edited', answer(OTTO, 'approve', { standing: 'edited' }), {}, {}, false, 16],
    [
      "somebody else's comment",
      answer(OTTO, 'approve', { standing: 'foreign' }),
      {},
      {},
      false,
      16,
    ],
    ['a denial', answer(OTTO, 'deny'), {}, {}, true, 8],
    ['a denial by a reader', answer(user(71), 'deny'), {}, {}, false, 11],
    ['a revocation', answer(OTTO, 'revoke'), {}, {}, false, 15],
  ] as [string, ApprovalCommand, Partial<ApprovalFacts>, Partial<Ask>, boolean, number][])
    test(name, () => expect(last(with_([given], change), ask)).toEqual([counts, rule]));

  test('before there is a pull request, on the issue', () => {
    const facts = with_([answer(OTTO, 'approve')], { pull: null, contributors: [] });
    expect(approved(facts, { head: null })).toBe(true);
    expect(approved(pull([review(OTTO)], { pull: null }), { head: null })).toBe(false);
  });
});

describe('rules 6 and 13: one person is one, in whatever way', () => {
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
      with_([answer(OTTO, 'approve'), answer(OTTO, 'revoke'), answer(OTTO, 'approve')]),
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
      with_([answer(OTTO, 'deny'), answer(OTTO, 'approve')]),
      {},
      true,
    ],
    [
      'a denial, not lifted by an edited one',
      with_([
        answer(OTTO, 'deny'),
        answer(OTTO, 'approve', { standing: 'edited' }),
        answer(PIA, 'approve'),
      ]),
      {},
      false,
    ],
    [
      'a denial, not lifted by a revocation',
      with_([answer(OTTO, 'deny'), answer(OTTO, 'revoke'), answer(PIA, 'approve')]),
      {},
      false,
    ],
    [
      "a denial, not lifted by another's approval",
      with_([answer(OTTO, 'deny'), answer(PIA, 'approve')]),
      {},
      false,
    ],
    [
      'a denial whose comment was deleted',
      with_([answer(OTTO, 'deny', { standing: 'deleted' }), answer(PIA, 'approve')]),
      {},
      false,
    ],
  ] as [string, ApprovalFacts, Partial<Ask>, boolean][])
    test(name, () => expect(approved(facts, ask)).toBe(ok));
  test('within one second, what takes it back stands', () => {
    const at = '2026-01-01T00:10:00.000Z';
    const facts = pull([{ ...review(OTTO, 'CHANGES_REQUESTED'), at }], {
      answers: [answer(OTTO, 'approve', { at })],
    });
    expect(judge(facts, ASK).outcome).toBe('veto');
  });
});

describe('rules 4 and 5: moves', () => {
  const before = '2025-12-31T00:00:00.000Z';
  const merged = { from: OLD, tree: 't', recomputed: 't' };
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
      pull([review(OTTO, 'APPROVED', OLD)], { updateMerge: merged }),
      [to(HEAD)],
      true,
    ],
    [
      'an update with another tree',
      pull([review(OTTO, 'APPROVED', OLD)], { updateMerge: { ...merged, recomputed: 'u' } }),
      [to(HEAD)],
      false,
    ],
    [
      'an update that conflicts',
      pull([review(OTTO, 'APPROVED', OLD)], { updateMerge: { ...merged, recomputed: null } }),
      [to(HEAD)],
      false,
    ],
    [
      'an update of another head',
      pull([review(OTTO, 'APPROVED', OLD)], { updateMerge: { ...merged, from: HEAD } }),
      [to(HEAD)],
      false,
    ],
    [
      'an update after something else',
      pull([review(OTTO, 'APPROVED', OLD)], { updateMerge: merged }),
      [to('x'), to(HEAD)],
      false,
    ],
    [
      'an update, and the base retargeted',
      pull([review(OTTO, 'APPROVED', OLD)], { updateMerge: merged }),
      [to(HEAD), to('base:next')],
      false,
    ],
    ['no update that the worker found', pull([review(OTTO, 'APPROVED', OLD)]), [to(HEAD)], false],
  ] as [string, ApprovalFacts, Ask['moves'], boolean][])
    test(name, () => expect(last(facts, { moves })[0]).toBe(counts));
  test('single use: a review that a use rested on', () => {
    const given = review(OTTO);
    expect(last(pull([given]), { spent: [given.id] })).toEqual([false, 14]);
  });
});

describe('rule 11: teams, by id, live', () => {
  const teams = { security: [OTTO.id], docs: [PIA.id], empty: [] };
  test('those that an approver is in', () => {
    expect(judge(pull([review(OTTO)], { teams }), ASK).approvals.teams).toEqual(['security']);
    expect(judge(pull([review(OTTO), review(PIA)], { teams }), ASK).approvals.teams).toEqual([
      'docs',
      'security',
    ]);
  });
  test('none of whom it does not count', () =>
    expect(
      judge(pull([review(MARIA)], { teams: { security: [MARIA.id] } }), ASK).approvals.teams,
    ).toEqual([]));
  test('removed before the use', () =>
    expect(judge(pull([review(OTTO)], { teams: { security: [] } }), ASK).approvals.teams).toEqual(
      [],
    ));
});

describe('rule 12: code owners', () => {
  const text = '* @acme/core\nsrc/ @otto\ndocs/ \nsrc/pay/ @acme/pay @pia # money\n';
  const owned = (paths: string[], by: ReturnType<typeof said>[], file = text) =>
    codeOwners(
      pull([], {
        codeowners: { kind: 'text', text: file },
        paths,
        teams: { core: [PIA.id], pay: [] },
      }),
      by,
    )?.outcome;
  for (const [name, paths, by, outcome] of [
    ['the last match wins', ['src/a.js'], [said(OTTO)], 'approved'],
    ['not the first', ['src/a.js'], [said(PIA)], 'pending'],
    ['any one of a group', ['src/pay/b.js'], [said(PIA)], 'approved'],
    ['a member of the team', ['README'], [said(PIA)], 'approved'],
    ['not a member', ['README'], [said(OTTO)], 'pending'],
    ['every group that is touched', ['src/a.js', 'README'], [said(OTTO)], 'pending'],
    ['all of them', ['src/a.js', 'README'], [said(OTTO), said(PIA)], 'approved'],
    ['a folder that nobody owns: nothing is approved by that', ['docs/x'], [said(OTTO)], 'pending'],
    ['nobody', ['README'], [], 'pending'],
  ] as const)
    test(name, () => expect(owned([...paths], [...by])).toBe(outcome));
  for (const [name, file] of [
    ['a negation', '!src/ @otto'],
    ['a range', 'src/[ab] @otto'],
    ['an owner that is none', 'src/ otto'],
    ['an escaped hash', '\\#x @otto'],
  ])
    test(`invalid: ${name}`, () =>
      expect(owned(['README'], [said(OTTO)], `* @otto\n${file}\n`)).toBe('deny'));
  test('oversized, missing, not asked', () => {
    const of = (codeowners: ApprovalFacts['codeowners']) =>
      codeOwners(pull([], { codeowners }), []);
    expect(of({ kind: 'oversized' })?.outcome).toBe('deny');
    expect(of({ kind: 'none' })?.outcome).toBe('pending');
    expect(of(null)).toBe(null);
  });
  test("another organisation's team is nobody here", () =>
    expect(owned(['a'], [said(PIA)], '* @other/core')).toBe('pending'));
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
  ] as const)
    test(`${pattern} ${is ? 'is' : 'is not'} ${path.slice(0, 20)}`, () =>
      expect(matches(pattern, path)).toBe(is));
  test('a space in a path', () => {
    const parsed = parseCodeowners('my\\ file @otto');
    expect(parsed.ok && ownersOf(parsed.lines, 'my file')).toEqual(['@otto']);
  });
});

describe('rules 17 to 21', () => {
  test('17: requested again, until it is given', () => {
    const requested = { pull: { ...PULL, requested: [OTTO.id] } };
    expect(last(pull([review(OTTO)], requested))).toEqual([false, 17]);
    expect(last(pull([review(PIA)], requested))).toEqual([true, 2]);
    expect(last(with_([answer(OTTO, 'approve')], requested))).toEqual([true, 3]);
  });
  for (const [name, headRepositoryId, outcome] of [
    ['this repository', 1, 'approved'],
    ['a fork', 2, 'deny'],
    ['a fork that is gone', null, 'deny'],
  ] as const)
    test(`18: ${name}`, () =>
      expect(fork(pull([], { pull: { ...PULL, headRepositoryId } })).outcome).toBe(outcome));
  for (const [name, issue, outcome] of [
    ['open', { state: 'open', locked: false }, 'approved'],
    ['locked', { state: 'open', locked: true }, 'pending'],
    ['closed', { state: 'closed', locked: false }, 'deny'],
  ] as const)
    test(`19: an issue that is ${name}`, () =>
      expect(openThread(pull([], { pull: null, issue: { number: 1, ...issue } })).outcome).toBe(
        outcome,
      ));
  test('19: asked nowhere', () =>
    expect(openThread(pull([], { pull: null, issue: null })).outcome).toBe('deny'));
  for (const [name, app, forged] of [
    ['gatehouse', { id: 5 }, false],
    ['gatehouse', { id: 6 }, true],
    ['Gatehouse', { id: 6 }, true],
    ['gatehouse', null, true],
    ['ci', { id: 6 }, false],
  ] as const)
    test(`21: ${name} by ${app?.id ?? 'nobody'}`, () =>
      expect(isForged({ id: 1, name, app }, 5)).toBe(forged));
  test('16 and 15 leave a denial standing', () => {
    expect(commanded(OTTO, 'deny').state).toBe('CHANGES_REQUESTED');
  });
});
