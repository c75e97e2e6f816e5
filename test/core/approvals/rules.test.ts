import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Account, Role } from '../../../src/core/actor.ts';
import { approver } from '../../../src/core/approvals/approver.ts';
import type { ApprovalFacts, Review } from '../../../src/core/approvals/facts.ts';
import { freshnessOf } from '../../../src/core/approvals/fence.ts';
import { distinctPeople } from '../../../src/core/approvals/quorum.ts';
import { ruleInKeys, ruleNumbered } from '../../../src/core/approvals/rule-numbers.ts';
import { RULES, ruleInWords } from '../../../src/core/approvals/rules.ts';
import { statements } from '../../../src/core/approvals/statement.ts';
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

const DOCS = readFileSync(join(import.meta.dirname, '../../../docs/approvals.md'), 'utf8');

describe('the table of rules', () => {
  test('is the one of docs/approvals.md', () => {
    const documented = [...DOCS.matchAll(/^\| `([a-z-]+)` \| (\d+| ) \| /gm)].map(
      ([, name]) => name,
    );
    const judging = documented.filter(name => name !== 'update-merge' && name !== 'own-check');
    expect(judging.toSorted()).toEqual(RULES.map(({ name }) => name).toSorted());
  });
  test('names each rule once, and judges by each', () => {
    expect(new Set(RULES.map(({ name }) => name)).size).toBe(RULES.length);
    for (const { ofStatement, ofRequest, ofApprovers } of RULES)
      expect([ofStatement, ofRequest, ofApprovers].some(judge => judge !== undefined)).toBe(true);
  });
  test('knows the rules by the numbers of old events, and names their effects as before', () => {
    expect([2, 3, 8, 9, 10, 11, 14, 15, 16, 22].map(ruleNumbered)).toEqual([
      ...['current-head', 'answered-request', 'veto', 'separation', 'bot', 'approver'],
      ...['expiry', 'revocation', 'created-comment', 'solo'],
    ]);
    expect(ruleNumbered(99)).toBe('rule-99');
    expect(['separation', 'expiry', 'a-new-one'].map(ruleInKeys)).toEqual(['9', '14', 'a-new-one']);
  });
  test('says a rule in words, and one that is gone by its name', () => {
    expect(ruleInWords('separation')).toBe('nobody approves their own work');
    expect(ruleInWords('rule-99')).toBe('rule-99');
  });
});

describe('live-state: live state', () => {
  for (const [complete, outcome] of [
    [true, 'approved'],
    [false, 'pending'],
  ] as const)
    test(`complete ${complete}: ${outcome}`, () => {
      given(pull([], { complete })).when().thenRule('live-state', outcome);
    });
});

describe('current-head: the head it was given on', () => {
  for (const [name, commit, rule] of [
    ['the head', HEAD, null],
    ['an older one', OLD, 'current-head'],
    ['an abbreviation of the head', HEAD.slice(0, 7), 'current-head'],
    ['the head in capitals', HEAD.toUpperCase(), 'current-head'],
    ['null', null, 'current-head'],
    ['nothing', '', 'current-head'],
  ] as const)
    test(name, () => {
      given(pull([review(OTTO, 'APPROVED', commit)]))
        .when()
        .thenRefusals(rule);
    });
});

describe('new-head: what a new head voided stays void', () => {
  for (const [name, isVoided, rule] of [
    ['not voided', false, null],
    ['voided', true, 'new-head'],
  ] as const)
    test(name, () => {
      const one = review(OTTO);
      given(pull([one]))
        .when({ moves: [{ to: HEAD, at: null, reviews: [isVoided ? one.id : one.id + 1] }] })
        .thenRefusals(rule);
    });
});

describe('checks-seen: an approval is given knowing how the checks went', () => {
  const one = review(OTTO);
  const at = (seconds: number, ms = 0) =>
    new Date(Math.floor(Date.parse(one.at) / 1000) * 1000 + seconds * 1000 + ms).toISOString();
  for (const [name, checksChangedAt, rule] of [
    ['nothing to know', null, null],
    ['a check failed before', at(-1, 999), null],
    ['a check failed within the same second', at(0), 'checks-seen'],
    ['a check failed afterwards', at(1), 'checks-seen'],
  ] as const)
    test(name, () => {
      given(pull([one], { checksChangedAt }))
        .when()
        .thenRefusals(rule);
      const said = answer(OTTO, 'approve', { at: one.at });
      given(answered([said], { checksChangedAt }))
        .when()
        .thenRefusals(rule);
    });
  test('an objection counts whatever the checks did', () => {
    given(pull([{ ...one, state: 'CHANGES_REQUESTED' }], { checksChangedAt: at(60) }))
      .when()
      .thenOutcome('veto');
  });
});

describe("latest-statement: a person's latest decisive review wins", () => {
  const LATER = 'latest-statement';
  const table: [string, Review['state'][], (string | null)[]][] = [
    ['one', ['APPROVED'], [null]],
    ['approved twice', ['APPROVED', 'APPROVED'], [LATER, null]],
    ['approved, then a comment', ['APPROVED', 'COMMENTED'], [null, LATER]],
    ['approved, then a draft of a review', ['APPROVED', 'PENDING'], [null, LATER]],
    ['approved, then changes requested', ['APPROVED', 'CHANGES_REQUESTED'], [LATER, null]],
    ['changes requested, then approved', ['CHANGES_REQUESTED', 'APPROVED'], [LATER, null]],
    ['approved, then one that was dismissed', ['APPROVED', 'DISMISSED'], [LATER, 'dismissal']],
    ['a comment alone', ['COMMENTED'], [LATER]],
  ];
  for (const [name, states, rules] of table)
    test(name, () => {
      const all = states.map(state => review(OTTO, state));
      given(pull(all))
        .when()
        .thenRefusals(...rules);
      // The order in which GitHub lists them decides nothing.
      given(pull(all.toReversed()))
        .when()
        .thenRefusals(...rules.toReversed());
    });
  test("another person's review changes nothing", () => {
    given(pull([review(OTTO), review(PIA, 'CHANGES_REQUESTED')]))
      .when()
      .thenRefusals(null, null);
  });
  test('of two at the same moment, the later id', () => {
    const [first, second] = [review(OTTO), review(OTTO, 'CHANGES_REQUESTED')];
    given(pull([second, { ...first, at: second.at }]))
      .when()
      .thenRefusals(null, LATER);
  });
});

describe('dismissal: a dismissal says nothing', () => {
  for (const [state, rule] of [
    ['DISMISSED', 'dismissal'],
    ['APPROVED', null],
    ['CHANGES_REQUESTED', null],
  ] as const)
    test(state, () => {
      given(pull([review(OTTO, state)]))
        .when()
        .thenRefusals(rule);
    });
});

describe('veto: a veto, across heads', () => {
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
    [
      'by the requester: separation silences nobody',
      [review(MARIA, 'CHANGES_REQUESTED')],
      ['maria'],
    ],
  ];
  for (const [name, reviews, logins] of table)
    test(name, () => {
      const { verdicts } = given(pull(reviews, { roles }))
        .when()
        .thenRule('veto', logins.length > 0 ? 'veto' : 'approved').judgement;
      const against = verdicts.filter(({ counts, rule }) => counts && rule === 'veto');
      expect(against.map(({ by }) => by?.login)).toEqual(logins);
    });
});

describe('separation: nobody approves their own work', () => {
  const judged = (facts: Partial<ApprovalFacts>, by: Account, solo = false) =>
    given(pull([review(by)], facts)).when({ solo });
  test('someone else', () => void judged({}, OTTO).thenCounts('current-head'));
  test('the requester', () => void judged({}, MARIA).thenRefused('separation'));
  test('who asked for a further round, and the first requester still', () => {
    const requesters = [MARIA, OTTO].map(({ id, login }) => ({ id, login }));
    judged({ requesters }, OTTO).thenRefused('separation');
    judged({ requesters }, MARIA).thenRefused('separation');
    judged({ requesters }, PIA).thenCounts('current-head');
  });
  test('where nobody asked (CI did), nobody is excluded for it', () =>
    void judged({ requesters: [] }, MARIA).thenCounts('current-head'));
  test('the author of the pull request', () =>
    void judged({ pull: { ...PULL, author: OTTO } }, OTTO).thenRefused('separation'));
  for (const as of ['author', 'committer', 'co-author', 'pusher'] as const)
    test(`a commit's ${as}`, () => {
      const contributors = [{ commit: OLD, as, account: OTTO, name: 'Otto' }];
      judged({ contributors }, OTTO).thenRefused('separation');
    });
  test('by id: a login that was renamed and taken by another is not the same person', () => {
    judged({ requesters: [{ id: 1000, login: OTTO.login }] }, OTTO).thenCounts('current-head');
    judged({ requesters: [{ id: OTTO.id, login: 'former-name' }] }, OTTO).thenRefused('separation');
  });
  test('solo excepts a maintainer for whom the work is done, no writer and nobody else', () => {
    judged({}, MARIA, true).thenCounts('solo');
    const contributors = [{ commit: OLD, as: 'author' as const, account: OTTO, name: 'Otto' }];
    judged({ contributors }, OTTO, true).thenRefused('separation');
    const requesters = [{ id: PIA.id, login: 'pia' }];
    judged({ requesters }, PIA, true).thenRefused('separation');
  });
  test('solo excepts every maintainer, and no writer, from what nobody asked for', () => {
    const commit = { commit: OLD, as: 'author' as const, name: 'Somebody' };
    const contributors = [MARIA, PIA].map(account => ({ ...commit, account }));
    judged({ requesters: [], contributors }, MARIA, true).thenCounts('solo');
    judged({ requesters: [], contributors }, PIA, true).thenRefused('separation');
    judged({ requesters: [], contributors }, MARIA).thenRefused('separation');
  });

  const nameless = (name: string) => ({ commit: HEAD, as: 'author' as const, account: null, name });
  const raises: [string, Partial<ApprovalFacts>, boolean, string[]][] = [
    ['everyone is known', {}, false, []],
    ['one that nobody knows', { contributors: [nameless('a@x')] }, false, ['a@x']],
    ['the same twice', { contributors: [nameless('a@x'), nameless('a@x')] }, false, ['a@x']],
    [
      'two of one name',
      { contributors: ['a@x', 'b@x'].map(email => ({ ...nameless('root'), email })) },
      false,
      ['root', 'root'],
    ],
    ['two', { contributors: [nameless('a@x'), nameless('b@x')] }, false, ['a@x', 'b@x']],
    [
      'the author of the pull request is gone',
      { pull: { ...PULL, author: null } },
      false,
      ['the author of the pull request'],
    ],
    ['solo', { contributors: [nameless('a@x')] }, true, []],
  ];
  for (const [name, facts, solo, raisedBy] of raises)
    test(`${name}: the quorum is raised by ${raisedBy.length}`, () => {
      const names = raisedBy.join(', ');
      const raise = names
        ? ` (1, and one more for each identity that GitHub can't name: ${names})`
        : '';
      given(pull([], facts))
        .when({ solo })
        .thenSays({ missing: [`0 of ${1 + raisedBy.length} approvals${raise}.`] });
    });
  test('solo: who can not be named may be who approves beside a maintainer that is excepted', () => {
    const contributors = [nameless('a@x')];
    const approvals = (...people: Account[]) =>
      given(
        pull(
          people.map(by => review(by)),
          { contributors },
        ),
      ).when({ solo: true }).judgement.approvals;
    expect(approvals(MARIA)).toMatchObject({ count: 1, maintainers: 1 });
    expect(approvals(OTTO)).toMatchObject({ count: 0, maintainers: 0 });
    expect(approvals(MARIA, PIA)).toMatchObject({ count: 1, maintainers: 1 });
  });
});

describe('bot: bots and Apps never count', () => {
  const table: [string, Account | null, string | null][] = [
    ['a person', OTTO, null],
    ['a bot', { id: 50, login: 'x[bot]', type: 'Bot' }, 'bot'],
    ['an organisation', { id: 51, login: 'acme', type: 'Organization' }, 'bot'],
    ['a mannequin', { id: 52, login: 'old', type: 'Mannequin' }, 'bot'],
    [
      'our own account, whatever it calls itself',
      { id: OUR_BOT.id, login: 'otto', type: 'User' },
      'bot',
    ],
    ['a person with a bot-like login', user(53, 'robot[bot]'), null],
    ['nobody', null, 'bot'],
  ];
  const roles = Object.fromEntries([OTTO.id, 50, 51, 52, 53, 99].map(id => [id, 'write' as const]));
  for (const [name, by, rule] of table)
    test(name, () => {
      given(pull([review(by)], { roles, contributors: [] }))
        .when()
        .thenRefusals(rule);
    });
});

describe('approver: write access or more, live', () => {
  for (const [role, rule] of [
    ['none', 'approver'],
    ['read', 'approver'],
    ['triage', 'approver'],
    ['write', null],
    ['maintain', null],
    ['admin', null],
    [undefined, 'approver'],
  ] as const)
    test(String(role), () => {
      const roles: Record<string, Role> = role ? { [OTTO.id]: role } : {};
      given(pull([review(OTTO)], { roles }))
        .when()
        .thenRefusals(rule);
    });
  test('an id that is the name of something else', () => {
    const by = { ...OTTO, id: 'constructor' as unknown as number };
    expect(approver.ofStatement({ by }, { facts: { roles: {} } })?.counts).toBe(false);
  });
});

describe('quorum: distinct people', () => {
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
    test(`${granted} of ${asked}, raised by ${raised.length}: ${outcome}`, () => {
      const people = Array.from({ length: granted }, (_, n) => user(60 + n));
      const roles = Object.fromEntries(people.map(({ id }) => [id, 'write' as const]));
      const contributors = raised.map(name => ({
        commit: HEAD,
        as: 'author' as const,
        account: null,
        name,
      }));
      given(
        pull(
          people.map(by => review(by)),
          { roles, contributors },
        ),
      )
        .when({ quorum: asked })
        .thenRule('quorum', outcome);
    });
  test('one person is one, by id', () => {
    const renamed = { ...OTTO, login: 'otto-new' };
    const said = statements(pull([review(OTTO), review(renamed), review(PIA)]));
    expect(distinctPeople(said).map(({ by }) => by?.id)).toEqual([OTTO.id, PIA.id]);
  });
});

describe('open-thread: only on an open pull request', () => {
  const judged = (change: Partial<typeof PULL>, archived = false) =>
    given(
      pull([], { pull: { ...PULL, ...change }, repository: { id: 1, owner: 'acme', archived } }),
    ).when();
  test('open', () => void judged({}).thenRule('open-thread', 'approved'));
  test('draft', () => void judged({ draft: true }).thenRule('open-thread', 'pending'));
  test('locked', () => void judged({ locked: true }).thenRule('open-thread', 'pending'));
  test('closed', () => void judged({ state: 'closed' }).thenRule('open-thread', 'deny'));
  test('archived', () => void judged({}, true).thenRule('open-thread', 'deny'));
  test('the worse of two', () =>
    void judged({ draft: true, state: 'closed' }).thenRule('open-thread', 'deny'));
});

describe('same-head: fresh, and for the same head', () => {
  test('the head that was asked about', () => {
    given(pull([])).when().thenRule('same-head', 'approved');
    given(pull([])).when({ head: OLD }).thenRule('same-head', 'pending');
  });
  const at = '2026-01-01T00:00:00.000Z';
  for (const [name, judged, head, now, expected] of [
    ['at once', HEAD, HEAD, '2026-01-01T00:00:00.000Z', 'fresh'],
    ['after five seconds', HEAD, HEAD, '2026-01-01T00:00:05.000Z', 'fresh'],
    ['a millisecond later', HEAD, HEAD, '2026-01-01T00:00:05.001Z', 'old'],
    ['before it was judged', HEAD, HEAD, '2025-12-31T23:59:59.999Z', 'old'],
    ['at no time at all', HEAD, HEAD, 'never', 'old'],
    ['another head', OLD, HEAD, '2026-01-01T00:00:00.000Z', 'another_head'],
  ] as const)
    test(name, () => expect(freshnessOf({ head: judged, at }, { head, now })).toBe(expected));
});
