import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { type Capsule, capsuleChanges, capsuleText } from '../../../src/core/approvals/capsule.ts';
import {
  capsuleId,
  capsuleSeen,
  type Open,
  requestAnswered,
} from '../../../src/core/approvals/request.ts';
import type { TaskCommand } from '../../../src/core/task/decide/command.ts';
import { blockedBy } from '../../../src/core/task/events/blocked.ts';
import {
  approvalSubject,
  decided,
  given,
  greenCheck,
  HISTORY,
  judged,
  NOW,
  posted,
  REVIEWER,
  sha,
} from '../task/given.ts';

const CAPSULE = approvalSubject('pr.merge').capsule;
const digest = (capsule: Capsule) =>
  createHash('sha256').update(capsuleText(capsule)).digest('hex');

/** Every single-byte change of a text: each place, once up and once down. */
const spellings = (text: string): string[] =>
  [...text].flatMap((letter, at) =>
    [1, -1].map(by => {
      const other = String.fromCharCode(letter.charCodeAt(0) + by);
      return `${text.slice(0, at)}${other}${text.slice(at + 1)}`;
    }),
  );

const FIELDS: [string, (change: (text: string) => string[]) => Capsule[]][] = [
  ['the repository', () => [41, 43, 420].map(repository => ({ ...CAPSULE, repository }))],
  ['the task', all => all(CAPSULE.task).map(task => ({ ...CAPSULE, task }))],
  [
    'the action',
    all => all(CAPSULE.action).map(a => ({ ...CAPSULE, action: a as Capsule['action'] })),
  ],
  ['the resource', all => all(CAPSULE.resource).map(resource => ({ ...CAPSULE, resource }))],
  ['the tree', all => [...all(CAPSULE.tree ?? ''), null].map(tree => ({ ...CAPSULE, tree }))],
  [
    'the base branch',
    all => all(CAPSULE.base.ref).map(ref => ({ ...CAPSULE, base: { ...CAPSULE.base, ref } })),
  ],
  [
    "the base's commit",
    all => all(CAPSULE.base.sha).map(at => ({ ...CAPSULE, base: { ...CAPSULE.base, sha: at } })),
  ],
  ['the head', all => [...all(CAPSULE.head ?? ''), null].map(head => ({ ...CAPSULE, head }))],
  [
    'the policies',
    all => all(CAPSULE.policy).map(p => ({ ...CAPSULE, policy: p as Capsule['policy'] })),
  ],
];

describe('each single-byte change is another capsule, and is refused', () => {
  const approved = given(...HISTORY.approved);
  for (const [name, change] of FIELDS)
    test(name, () => {
      const changed = change(spellings);
      expect(changed.length).toBeGreaterThan(1);
      for (const capsule of changed) {
        const of = `sha256:${digest(capsule)}` as const;
        expect(of).not.toBe(approvalSubject('pr.merge').digest);
        expect(capsuleChanges(CAPSULE, capsule)).toHaveLength(1);
        approved
          .when({ type: 'use', action: 'pr.merge', digest: of, effect: 'merge:1', reviews: [] })
          .thenRefused(/not what was approved/);
      }
    });
  test('no field runs into the next', () => {
    const one = { ...CAPSULE, task: 'a"\nresource "b', resource: 'c' };
    const other = { ...CAPSULE, task: 'a', resource: 'b"\nresource "c' };
    expect(digest(one)).not.toBe(digest(other));
  });
});

describe('one use', () => {
  const { digest: of } = approvalSubject('pr.merge');
  const use = (effect: string): Extract<TaskCommand, { type: 'use' }> => ({
    type: 'use',
    action: 'pr.merge',
    digest: of,
    effect,
    reviews: [8],
  });
  test('is taken once, and each reuse refused', () => {
    given(...HISTORY.approved)
      .when(use('merge:merge-1-1'))
      .thenEvents('approval.used');
    for (const effect of ['merge:merge-1-1', 'merge:merge-1-2', 'push:x'])
      given(...HISTORY.approved, use('merge:merge-1-1'))
        .when(use(effect))
        .thenRefused(/used already/);
  });
  test('not before it is granted', () =>
    given(...HISTORY.waiting)
      .when(use('merge:merge-1-1'))
      .thenRefused(/not what was approved/));
  test('not for another action', () =>
    given(...HISTORY.approved)
      .when({ ...use('push:1'), action: 'branch.push' })
      .thenRefused(/not what was approved/));
  test('is given back where GitHub does not let the merge happen', () =>
    given(...HISTORY.approved, use('merge:merge-1-1'), {
      type: 'merge_blocked',
      run: 'merge-1-1',
      because: blockedBy('github', 'The checks are missing.', null),
    })
      .when(use('merge:merge-1-1'))
      .thenEvents('approval.used'));
  test('is void once the head moves', () =>
    given(...HISTORY.approved, { type: 'head_moved', to: sha('e') })
      .when(use('merge:merge-1-1'))
      .thenRefused(/not what was approved/));
  test('is void where the merge found another head or base, also while it was used', () => {
    const used = given(...HISTORY.approved, use('merge:merge-1-1'));
    const was = { approval: 'approval-1', was: sha('c') };
    void used.when({ type: 'head_moved', to: sha('e') }).saying('approval.voided', was);
    void used.when({ type: 'base_moved', to: 'next', reviews: [8] }).saying('approval.voided', was);
  });
  test('is void once the base is another', () =>
    given(...HISTORY.approved, { type: 'base_moved', to: 'next', reviews: [8] })
      .when(use('merge:merge-1-1'))
      .thenRefused(/not what was approved/));
});

describe('requests in a row that ask for the same', () => {
  const postedAt = (n: number) => posted(`approval-${n}`, n * 10);
  const bare = (comment: number): Extract<TaskCommand, { type: 'answer' }> => ({
    type: 'answer',
    names: '',
    data: {
      answer: `issue_comment-${comment}`,
      says: 'approve',
      via: 'issue_comment',
      comment,
      by: { id: 13, login: 'pia' },
      text: null,
      reason: '',
      at: '',
      target: { kind: 'issue', number: 2 },
    },
  });
  const again = decided('pr.merge', 'require_approval', 'merge-1-1');
  const grants = HISTORY.approved.slice(HISTORY.waiting.length);
  const asksAgain = given(...HISTORY.waiting, postedAt(1), ...grants, again, postedAt(2));
  test('are one: whoever answered the first has answered the last', () =>
    void asksAgain
      .when(bare(15))
      .thenEvents('approval.answered')
      .saying('approval.answered', { approval: 'approval-2' }));
  test('in one comment that is edited, the bare form is none of what it says now', () => {
    const asked = decided('pr.merge', 'require_approval', 'merge-1-1', {
      approvalSubject: approvalSubject('pr.merge', { head: sha('e') }),
    });
    const edited = given(
      ...HISTORY.waiting,
      postedAt(1),
      { type: 'head_moved', to: sha('e') },
      asked,
      posted('approval-2', 10),
    );
    const { digest } = approvalSubject('pr.merge', { head: sha('e') });
    void edited.when(bare(15)).thenEvents('approval.refused');
    void edited
      .when({ ...bare(15), names: capsuleId(digest) })
      .saying('approval.answered', { approval: 'approval-2' });
  });
  test('of which the first is void before an answer to it was judged: whoever gave it is told', () => {
    const policy = `sha256:${'9'.repeat(64)}` as const;
    const other = approvalSubject('pr.merge', { policy });
    const voided = given(...HISTORY.waiting, postedAt(1), bare(15)).when(
      decided('pr.merge', 'require_approval', 'merge-1-1', { approvalSubject: other }),
    );
    voided.saying('approval.voided', {
      by: [],
      reason: 'What it was for has changed: the policies.',
    });
    expect(voided.opens()).toContain('answer:issue_comment-15-approval-1');
    // Who was told already is not told again.
    const counted = given(...HISTORY.approved).when({ type: 'head_moved', to: sha('e') });
    expect(counted.opens().filter(key => key.startsWith('answer:'))).toEqual(['answer:approval-1']);
    // And what counts no more is not told to count.
    const counts = 'answer:issue_comment-15-approval-1';
    const pia = { statement: 'issue_comment-15', by: { id: 13, login: 'pia' }, review: null };
    const allowed = decided('pr.merge', 'allow', 'merge-1-1', {
      approvalSubject: approvalSubject('pr.merge', {}, judged(pia)),
    });
    const granted = [...HISTORY.waiting, postedAt(1), bare(15), allowed];
    expect(given(...granted).open).toContain(counts);
    const gone = given(...granted, { type: 'head_moved', to: sha('e') });
    expect(gone.open).toEqual(expect.arrayContaining(['answer:approval-1']));
    expect(gone.open).not.toContain(counts);
  });
  test('begin with the first', () => void asksAgain.when(bare(9)).thenEvents('approval.refused'));
});

describe('what policy allows after something else was asked', () => {
  const policy = `sha256:${'9'.repeat(64)}` as const;
  const pia = { statement: 'review-15', by: { id: 13, login: 'pia' }, review: 15 };
  const allowed = (judgement?: ReturnType<typeof judged>) =>
    decided('pr.merge', 'allow', 'merge-1-1', {
      approvalSubject: approvalSubject('pr.merge', { policy }, judgement),
    });

  test('voids the request first, since a merge is off with its approval, and is merged', () => {
    given(...HISTORY.waiting)
      .when(allowed(judged(pia)))
      .thenEvents(
        'approval.voided',
        'policy.decided',
        'approval.requested',
        'approval.confirmed',
        'approval.granted',
        'run.resumed',
      );
    const open = given(...HISTORY.waiting, allowed(judged(pia)), greenCheck(sha('c'))).open;
    expect(open).toContain('merge:merge-1-1');
  });

  test('is merged as well where nobody has to approve it any more', () => {
    given(...HISTORY.waiting)
      .when(allowed())
      .thenEvents('approval.voided', 'policy.decided', 'run.resumed');
    const open = given(...HISTORY.waiting, allowed(), greenCheck(sha('c'))).open;
    expect(open).toContain('merge:merge-1-1');
  });
});

describe('answered-request: which request a command answers', () => {
  const full = `sha256:${'d'.repeat(64)}`;
  const open: Open[] = [
    {
      id: 'approval-1',
      action: 'pr.merge',
      head: sha('c'),
      digest: full,
      posted: 50,
      edited: false,
    },
  ];
  for (const [name, named, after, requests, ok] of [
    ['bare, after the request', '', 51, open, true],
    ['bare, before it', '', 49, open, false],
    ['bare, before it is posted', '', 51, [{ ...open[0], posted: null }], false],
    ['bare, by a button', '', null, open, false],
    ['bare, of a comment that was edited', '', 51, [{ ...open[0], edited: true }], false],
    ['the capsule, of one that was', capsuleId(full), 51, [{ ...open[0], edited: true }], true],
    ['the head', sha('c'), 1, open, true],
    ['the head in capitals', sha('c').toUpperCase(), 1, open, true],
    ['another commit', sha('e'), 99, open, false],
    ['the beginning of the head', sha('c').slice(0, 12), 99, open, false],
    ['the capsule', capsuleId(full), 1, open, true],
    ['the whole digest', full, 1, open, true],
    ['less of the digest', 'd'.repeat(11), 99, open, false],
    ['the digest without what it is of', 'd'.repeat(64), 99, open, false],
    ['nothing waits', '', 99, [], false],
    [
      'a commit that something is to be pushed onto',
      sha('c'),
      99,
      [{ ...open[0], action: 'branch.push' }],
      false,
    ],
    [
      'the capsule of such a push',
      capsuleId(full),
      99,
      [{ ...open[0], action: 'branch.push' }],
      true,
    ],
    ['a request without a head', sha('c'), 99, [{ ...open[0], head: null }], false],
    ['a request without a capsule', capsuleId(full), 99, [{ ...open[0], digest: null }], false],
  ] as [string, string, number | null, Open[], boolean][])
    test(name, () => {
      const bound = requestAnswered(requests, named, after);
      expect(bound.ok).toBe(ok);
      if (!bound.ok) expect(bound.reason).not.toBe('');
    });
  test.each([
    ['2026-01-01T10:00:00Z', '2026-01-01T10:00:01Z', 'd'.repeat(12)],
    ['2026-01-01T10:00:00Z', '2026-01-01T10:00:00Z', ''],
    ['2026-01-01T10:00:00Z', '2026-01-01T10:00:00.900Z', ''],
    ['2026-01-01T10:00:01Z', '2026-01-01T10:00:00Z', ''],
    ['never', '2026-01-01T10:00:00Z', ''],
    ['2026-01-01T10:00:00Z', '', ''],
  ])('changed at %s and answered at %s, it showed %j', (changedAt, at, seen) => {
    expect(capsuleSeen({ capsule: 'd'.repeat(12), changedAt }, at)).toBe(seen);
    expect(capsuleSeen({ capsule: null, changedAt }, at)).toBe('');
  });

  test('of two that wait, the one that is named', () => {
    const both = [
      ...open,
      {
        id: 'approval-2',
        action: 'branch.push',
        head: null,
        digest: `sha256:${'e'.repeat(64)}`,
        posted: 60,
        edited: false,
      },
    ];
    expect(requestAnswered(both, 'd'.repeat(12), 70)).toEqual({ ok: true, request: 'approval-1' });
    expect(requestAnswered(both, '', 70)).toEqual({ ok: true, request: 'approval-2' });
  });
});

test('a button approves nothing for whoever was against it since it was asked', () => {
  const capsule = capsuleId(approvalSubject('pr.merge').digest);
  const said = (
    says: 'approve' | 'deny' | 'revoke',
    via: 'button' | 'issue_comment',
    id: number,
  ) => ({
    type: 'answer' as const,
    names: says === 'approve' ? capsule : '',
    data: {
      answer: `${via}-${id}`,
      says,
      by: REVIEWER,
      via,
      comment: via === 'button' ? null : id,
      text: null,
      reason: '',
      at: NOW,
      target: null,
    },
  });
  const pressed = said('approve', 'button', 30);
  given(...HISTORY.waiting)
    .when(pressed)
    .thenEvents('approval.answered');
  for (const says of ['deny', 'revoke'] as const) {
    const against = [...HISTORY.waiting, said(says, 'issue_comment', 20)];
    given(...against)
      .when(pressed)
      .thenEvents('approval.refused')
      .saying('approval.refused', { rule: 'latest-statement', statement: 'button-30' });
    given(...against)
      .when(said('approve', 'issue_comment', 40))
      .thenEvents('approval.answered');
  }
});
