import { describe, expect, test } from 'vitest';
import type { Role } from '../../../src/core/actor.ts';
import { approver } from '../../../src/core/approvals/approver.ts';
import { bot } from '../../../src/core/approvals/bot.ts';
import { currentHead } from '../../../src/core/approvals/current-head.ts';
import { dismissal } from '../../../src/core/approvals/dismissal.ts';
import type { ApprovalFacts, Review } from '../../../src/core/approvals/facts.ts';
import { fence, sameHead } from '../../../src/core/approvals/fence.ts';
import { latestStatement } from '../../../src/core/approvals/latest-statement.ts';
import { liveState } from '../../../src/core/approvals/live-state.ts';
import { newHead } from '../../../src/core/approvals/new-head.ts';
import { openThread } from '../../../src/core/approvals/open-thread.ts';
import { distinctPeople, quorum } from '../../../src/core/approvals/quorum.ts';
import { separation, unresolved } from '../../../src/core/approvals/separation.ts';
import { veto, vetoes } from '../../../src/core/approvals/veto.ts';
import {
  ASK,
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

describe('rule 1: live state', () => {
  for (const [complete, outcome] of [
    [true, 'approved'],
    [false, 'pending'],
  ] as const)
    test(`complete ${complete}: ${outcome}`, () =>
      expect(liveState({ complete })).toMatchObject({ rule: 1, outcome }));
});

describe('rule 2: the head it was given on', () => {
  for (const [name, commit, rule] of [
    ['the head', HEAD, null],
    ['an older one', OLD, 2],
    ['an abbreviation of the head', HEAD.slice(0, 7), 2],
    ['the head in capitals', HEAD.toUpperCase(), 2],
    ['null', null, 2],
    ['nothing', '', 2],
  ] as const)
    test(name, () =>
      expect(currentHead({ review: { id: 1, commit } }, pull([]))?.rule ?? null).toBe(rule),
    );
});

describe('rule 4: what a new head voided stays void', () => {
  for (const [name, voided, rule] of [
    ['not voided', [1, 2], null],
    ['voided', [1, 3], 4],
  ] as const)
    test(name, () =>
      expect(
        newHead(
          { review: { id: 3, commit: OLD }, at: NOW },
          [{ to: HEAD, at: null, reviews: voided }],
          pull([]),
        )?.rule ?? null,
      ).toBe(rule),
    );
});

describe("rule 6: a person's latest decisive review wins", () => {
  const table: [string, Review['state'][], (number | null)[]][] = [
    ['one', ['APPROVED'], [null]],
    ['approved twice', ['APPROVED', 'APPROVED'], [6, null]],
    ['approved, then a comment', ['APPROVED', 'COMMENTED'], [null, 6]],
    ['approved, then a draft of a review', ['APPROVED', 'PENDING'], [null, 6]],
    ['approved, then changes requested', ['APPROVED', 'CHANGES_REQUESTED'], [6, null]],
    ['changes requested, then approved', ['CHANGES_REQUESTED', 'APPROVED'], [6, null]],
    ['approved, then one that was dismissed', ['APPROVED', 'DISMISSED'], [6, null]],
    ['a comment alone', ['COMMENTED'], [6]],
  ];
  for (const [name, states, rules] of table)
    test(name, () => {
      const all = states.map(state => said(OTTO, state));
      expect(all.map(one => latestStatement(one, all)?.rule ?? null)).toEqual(rules);
      // The order in which GitHub lists them decides nothing.
      const turned = all.toReversed();
      expect(all.map(one => latestStatement(one, turned)?.rule ?? null)).toEqual(rules);
    });
  test("another person's review changes nothing", () => {
    const all = [said(OTTO), said(PIA, 'CHANGES_REQUESTED')];
    expect(all.map(one => latestStatement(one, all))).toEqual([null, null]);
  });
  test('of two at the same moment, the later id', () => {
    const [first, second] = [said(OTTO), said(OTTO, 'CHANGES_REQUESTED')];
    const all = [second, { ...first, at: second.at }];
    expect(all.map(one => latestStatement(one, all)?.rule ?? null)).toEqual([null, 6]);
  });
});

describe('rule 7: a dismissal says nothing', () => {
  for (const [state, rule] of [
    ['DISMISSED', 7],
    ['APPROVED', null],
    ['CHANGES_REQUESTED', null],
  ] as const)
    test(state, () => expect(dismissal({ state })?.rule ?? null).toBe(rule));
});

describe('rule 8: a veto, across heads', () => {
  const writer = user(20);
  const reader = user(21);
  const roles = { ...pull([]).roles, [writer.id]: 'write' as const, [reader.id]: 'read' as const };
  const table: [string, Review[], string[]][] = [
    ['nobody', [review(OTTO)], []],
    ['on the head', [review(OTTO, 'CHANGES_REQUESTED')], ['otto']],
    ['on an older head', [review(OTTO, 'CHANGES_REQUESTED', OLD)], ['otto']],
    ['on a commit that is gone', [review(OTTO, 'CHANGES_REQUESTED', null)], ['otto']],
    ['lifted by approving', [review(OTTO, 'CHANGES_REQUESTED', OLD), review(OTTO)], []],
    [
      'lifted by approving, then again',
      [review(OTTO, 'CHANGES_REQUESTED'), review(OTTO), review(OTTO, 'CHANGES_REQUESTED')],
      ['otto'],
    ],
    [
      "not lifted by another's approval",
      [review(OTTO, 'CHANGES_REQUESTED'), review(PIA)],
      ['otto'],
    ],
    [
      'not lifted by a comment',
      [review(OTTO, 'CHANGES_REQUESTED'), review(OTTO, 'COMMENTED')],
      ['otto'],
    ],
    ['lifted by its dismissal', [review(OTTO, 'DISMISSED')], []],
    [
      'not lifted by the dismissal of another',
      [review(OTTO, 'CHANGES_REQUESTED'), review(OTTO, 'DISMISSED')],
      ['otto'],
    ],
    [
      'by two people',
      [review(OTTO, 'CHANGES_REQUESTED'), review(PIA, 'CHANGES_REQUESTED')],
      ['otto', 'pia'],
    ],
    [
      'twice by one',
      [review(OTTO, 'CHANGES_REQUESTED', OLD), review(OTTO, 'CHANGES_REQUESTED')],
      ['otto'],
    ],
    ['by a writer', [review(writer, 'CHANGES_REQUESTED')], [writer.login]],
    ['by a reader: none', [review(reader, 'CHANGES_REQUESTED')], []],
    ['by a stranger: none', [review(user(22), 'CHANGES_REQUESTED')], []],
    ['by a bot: none', [review(OUR_BOT, 'CHANGES_REQUESTED')], []],
    ['by an account that is gone: none', [review(null, 'CHANGES_REQUESTED')], []],
    ['by the requester: rule 9 silences nobody', [review(MARIA, 'CHANGES_REQUESTED')], ['maria']],
  ];
  for (const [name, reviews, logins] of table)
    test(name, () => {
      const facts = pull(reviews, { roles });
      expect(vetoes(facts).map(({ by }) => by?.login)).toEqual(logins);
      expect(veto(facts).outcome).toBe(logins.length > 0 ? 'veto' : 'approved');
    });
});

describe('rule 9: nobody approves their own work', () => {
  const asks = (facts: Partial<ApprovalFacts>, by = OTTO, solo = false) =>
    separation(said(by), pull([], facts), { ...ASK, solo })?.rule ?? null;
  test('someone else', () => expect(asks({})).toBe(null));
  test('the requester', () => expect(asks({}, MARIA)).toBe(9));
  test('who asked for a further round, and the first requester still', () => {
    const requesters = [MARIA, OTTO].map(({ id, login }) => ({ id, login }));
    expect(asks({ requesters })).toBe(9);
    expect(asks({ requesters }, MARIA)).toBe(9);
    expect(asks({ requesters }, PIA)).toBe(null);
  });
  test('where nobody asked (CI did), nobody is excluded for it', () =>
    expect(asks({ requesters: [] }, MARIA)).toBe(null));
  test('the author of the pull request', () =>
    expect(asks({ pull: { ...PULL, author: OTTO } })).toBe(9));
  for (const as of ['author', 'committer', 'co-author', 'pusher'] as const)
    test(`a commit's ${as}`, () =>
      expect(asks({ contributors: [{ commit: OLD, as, account: OTTO, name: 'Otto' }] })).toBe(9));
  test('by id: a login that was renamed and taken by another is not the same person', () => {
    expect(asks({ requesters: [{ id: 1000, login: OTTO.login }] })).toBe(null);
    expect(asks({ requesters: [{ id: OTTO.id, login: 'former-name' }] })).toBe(9);
  });
  test('solo excepts maintainers, not writers', () => {
    expect(asks({}, MARIA, true)).toBe(null);
    expect(asks({ requesters: [{ id: PIA.id, login: 'pia' }] }, PIA, true)).toBe(9);
  });

  const nameless = (name: string) => ({ commit: HEAD, as: 'author' as const, account: null, name });
  for (const [name, facts, solo, raised] of [
    ['everyone is known', {}, false, []],
    ['one that nobody knows', { contributors: [nameless('a@x')] }, false, ['a@x']],
    ['the same twice', { contributors: [nameless('a@x'), nameless('a@x')] }, false, ['a@x']],
    ['two', { contributors: [nameless('a@x'), nameless('b@x')] }, false, ['a@x', 'b@x']],
    [
      'the author of the pull request is gone',
      { pull: { ...PULL, author: null } },
      false,
      ['the author of the pull request'],
    ],
    ['solo', { contributors: [nameless('a@x')] }, true, []],
  ] as const)
    test(`${name}: the quorum is raised by ${raised.length}`, () =>
      expect(unresolved(pull([], facts as Partial<ApprovalFacts>), { ...ASK, solo })).toEqual(
        raised,
      ));
});

describe('rule 10: bots and Apps never count', () => {
  for (const [name, by, rule] of [
    ['a person', OTTO, null],
    ['a bot', { id: 50, login: 'x[bot]', type: 'Bot' }, 10],
    ['an organisation', { id: 51, login: 'acme', type: 'Organization' }, 10],
    ['a mannequin', { id: 52, login: 'old', type: 'Mannequin' }, 10],
    [
      'our own account, whatever it calls itself',
      { id: OUR_BOT.id, login: 'otto', type: 'User' },
      10,
    ],
    ['a person with a bot-like login', user(53, 'robot[bot]'), null],
    ['nobody', null, 10],
  ] as const)
    test(name, () => expect(bot({ by }, pull([]).app)?.rule ?? null).toBe(rule));
});

describe('rule 11: write access or more, live', () => {
  for (const [role, rule] of [
    ['none', 11],
    ['read', 11],
    ['triage', 11],
    ['write', null],
    ['maintain', null],
    ['admin', null],
    [undefined, 11],
  ] as const)
    test(String(role), () => {
      const roles: Record<string, Role> = role ? { [OTTO.id]: role } : {};
      expect(approver({ by: OTTO }, roles)?.rule ?? null).toBe(rule);
    });
  test('an id that is the name of something else', () => {
    const by = { ...OTTO, id: 'constructor' as unknown as number };
    expect(approver({ by }, {})?.rule).toBe(11);
  });
});

describe('rule 13: distinct people', () => {
  for (const [granted, asked, raised, outcome] of [
    [0, 1, [], 'pending'],
    [1, 1, [], 'approved'],
    [1, 2, [], 'pending'],
    [2, 2, [], 'approved'],
    [1, 1, ['a@x'], 'pending'],
    [2, 1, ['a@x'], 'approved'],
    [5, 0, [], 'error'],
    [5, -1, [], 'error'],
    [5, Number.NaN, [], 'error'],
    [5, 0.5, [], 'error'],
  ] as const)
    test(`${granted} of ${asked}, raised by ${raised.length}: ${outcome}`, () =>
      expect(quorum(granted, asked, [...raised])).toMatchObject({ rule: 13, outcome }));
  test('one person is one, by id', () => {
    const renamed = { ...OTTO, login: 'otto-new' };
    expect(distinctPeople([said(OTTO), said(renamed), said(PIA)])).toHaveLength(2);
  });
});

describe('rule 19: only on an open pull request', () => {
  const of = (change: Partial<typeof PULL>, archived = false) =>
    openThread(
      pull([], { pull: { ...PULL, ...change }, repository: { id: 1, owner: 'acme', archived } }),
    );
  test('open', () => expect(of({}).outcome).toBe('approved'));
  test('draft', () => expect(of({ draft: true }).outcome).toBe('pending'));
  test('locked', () => expect(of({ locked: true }).outcome).toBe('pending'));
  test('closed', () => expect(of({ state: 'closed' }).outcome).toBe('deny'));
  test('archived', () => expect(of({}, true).outcome).toBe('deny'));
  test('the worse of two', () => expect(of({ draft: true, state: 'closed' }).outcome).toBe('deny'));
});

describe('rule 20: fresh, and for the same head', () => {
  test('the head that was asked about', () => {
    expect(sameHead(pull([]), ASK).outcome).toBe('approved');
    expect(sameHead(pull([]), { ...ASK, head: OLD }).outcome).toBe('pending');
  });
  const at = '2026-01-01T00:00:00.000Z';
  for (const [name, judged, head, now, ok] of [
    ['at once', HEAD, HEAD, '2026-01-01T00:00:00.000Z', true],
    ['after five seconds', HEAD, HEAD, '2026-01-01T00:00:05.000Z', true],
    ['a millisecond later', HEAD, HEAD, '2026-01-01T00:00:05.001Z', false],
    ['before it was judged', HEAD, HEAD, '2025-12-31T23:59:59.999Z', false],
    ['at no time at all', HEAD, HEAD, 'never', false],
    ['another head', OLD, HEAD, '2026-01-01T00:00:00.000Z', false],
  ] as const)
    test(name, () => expect(fence({ head: judged, at }, { head, now }).ok).toBe(ok));
});
