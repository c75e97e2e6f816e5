/** The head or the base moves while something other than a merge waits for people: they are asked anew. */
import { describe, expect, it } from 'vitest';
import { GHOST, steererOf } from '../../../src/core/actor.ts';
import type { Action } from '../../../src/core/decision.ts';
import { usedBy } from '../../../src/core/task/approvals/open-approvals.ts';
import type { TaskCommand } from '../../../src/core/task/decide/command.ts';
import {
  approvalSubject,
  changed,
  decided,
  given,
  HISTORY,
  judged,
  MAINTAINER,
  produced,
  REVIEWER,
  ran,
  sha,
  started,
} from './given.ts';

const fix: TaskCommand = {
  type: 'rework',
  data: {
    id: 'r-1',
    origin: 'comment',
    role: 'remediator-comment',
    instructions: 'note it down',
    by: MAINTAINER,
    target: null,
    taint: [],
    check: null,
    threads: [],
    merges: null,
    caller: null,
  },
};
const about = (action: Action, head: string, judgement: ReturnType<typeof judged> | null = null) =>
  approvalSubject(action, { head: sha(head), tree: null }, judgement);
const secondRound = [
  ...HISTORY.waiting,
  fix,
  decided('task.start', 'allow', null, { rework: 'r-1' }),
];
const toPush = [
  ...secondRound,
  ...changed('author-2-1', 'd'),
  ...['lint', 'test', 'review'].flatMap(step => ran(`${step}-2-1`)),
  decided('run.start', 'allow', 'publish-2-1'),
];
const reached = { scope: 'task' as const, unit: 'tokens' as const, cap: 1000 };
const cap = { class: 'budget' as const, reason: 'Its cap is reached.', retryable: false };
const toRaise: TaskCommand[] = [
  ...secondRound,
  decided('run.start', 'allow', 'author-2-1'),
  started('author-2-1'),
  Object.assign(produced('author-2-1', {}, cap), { reached: { reached, checkpoint: null } }),
];
const pushed: Extract<TaskCommand, { type: 'signal' }> = {
  type: 'signal',
  data: {
    signal: 'head',
    detail: sha('e'),
    at: '2026-11-21T11:00:00.000Z',
    by: REVIEWER,
    check: null,
  },
};
const noticed: TaskCommand = { type: 'head_moved', to: sha('e') };
const retargeted: TaskCommand = { type: 'base_moved', to: 'next', reviews: [] };

describe.each([
  ['a push', 'branch.push', 'publish-2-1', null, toPush],
  ['a higher cap', 'budget.raise', 'author-2-2', null, toRaise],
  ['a round', 'task.start', null, 'r-1', [...HISTORY.waiting, fix]],
  ['the start of a run', 'run.start', 'author-2-1', null, secondRound],
] as const)('%s', (_, action, run, rework, before) => {
  const ask = (head: string) =>
    decided(action, 'require_approval', run, { rework, approvalSubject: about(action, head) });
  const waits = [...before, ask('c')];
  const key = `decide:${action}:${run ?? rework}`;

  it.each([
    ['a push', pushed],
    ['a move that is noticed', noticed],
    ['another base', retargeted],
  ] as const)('is asked about again after %s', (_name, move) => {
    expect(given(...waits, move).open).toContain(key);
  });

  it('waits with the head that is there now, in place of the one before', () => {
    given(...waits, pushed, noticed)
      .when(ask('e'))
      .thenEvents('policy.decided', 'approval.voided', 'approval.requested')
      .saying('approval.requested', { head: sha('e') });
  });
});

it('a merge has used the approval of the head that it is to merge, and none of a head before', () => {
  const merge = 'merge-1-1';
  const effect = `merge:${merge}`;
  const grant = (head: string) =>
    decided('pr.merge', 'allow', merge, { approvalSubject: ofMerge(head, judged({})) });
  const ofMerge = (head: string, by: ReturnType<typeof judged> | null = null) =>
    approvalSubject('pr.merge', { head: sha(head) }, by);
  const use = (head: string): TaskCommand => ({
    ...{ type: 'use', action: 'pr.merge', digest: ofMerge(head).digest, effect, reviews: [8] },
  });
  const before = [...HISTORY.approved, use('c'), noticed];
  expect(usedBy(given(...before).state, effect)).toBeNull();
  expect(usedBy(given(...before, grant('e'), use('e')).state, effect)).toMatchObject({
    head: sha('e'),
  });
});

it('a run whose start was approved on another head does not start', () => {
  const run = 'author-2-1';
  const subject = about('run.start', 'c', judged({}));
  const granted = [
    ...secondRound,
    decided('run.start', 'require_approval', run, { approvalSubject: about('run.start', 'c') }),
    decided('run.start', 'allow', run, { approvalSubject: subject }),
  ];
  given(...granted)
    .when(started(run))
    .thenEvents('approval.used', 'run.started');
  given(...granted, noticed)
    .when(started(run))
    .thenRefused('Policy is asked again first whether it may start.');
  expect(given(...granted, noticed).open).toContain(`decide:run.start:${run}`);
});

describe('after the task has failed', () => {
  const refused: TaskCommand = { type: 'refused', run: 'merge-1-1', reason: 'GitHub says no.' };
  const back = { ...pushed, data: { ...pushed.data, detail: sha('c') } };
  const retry: TaskCommand = { type: 'retry', by: steererOf(MAINTAINER), instructions: '' };

  it('who pushed, and that the head moved and came back, is known where it is tried again', () => {
    const failed = given(...HISTORY.approved, refused);
    const first = failed.when(pushed);
    first.thenEvents('pull.signaled');
    expect(first.opens()).toEqual([]);
    const { state } = given(...HISTORY.approved, refused, pushed, back, retry);
    expect(state).toMatchObject({ status: 'active', pushers: [REVIEWER] });
    expect(state.moves.slice(-2).map(({ to }) => to)).toEqual([sha('e'), sha('c')]);
  });

  it('nothing else is taken, nor where nobody can try it again', () => {
    const review = { ...pushed, data: { ...pushed.data, signal: 'review' as const, at: null } };
    given(...HISTORY.approved, refused)
      .when(review)
      .thenRefused(/has ended/);
    const cancel: TaskCommand = { type: 'cancel', by: steererOf(MAINTAINER), target: null };
    given(...HISTORY.approved, cancel)
      .when(pushed)
      .thenRefused(/has ended/);
  });
});

describe('who pushed a head', () => {
  const found = { ...pushed, data: { ...pushed.data, by: GHOST } };
  const pushesOf = (...commands: TaskCommand[]) =>
    given(...HISTORY.waiting, ...commands).state.pushes[sha('e')];

  it('is unknown until GitHub tells it, in whatever order it is learned that it is there', () => {
    expect(pushesOf(noticed)).toBe('unknown');
    expect(pushesOf(found)).toBe('unknown');
    expect(pushesOf(noticed, found)).toBe('unknown');
    expect(pushesOf(pushed)).toBe('known');
    expect(pushesOf(pushed, noticed, found)).toBe('known');
    expect(pushesOf(noticed, found, pushed)).toBe('known');
    expect(given(...HISTORY.waiting, found).state.pushers).toEqual([]);
  });

  it('is known of what we pushed, or had GitHub merge in', () => {
    expect(given(...HISTORY.waiting).state.pushes).toEqual({ [sha('c')]: 'known' });
    const own = { ...pushed, data: { ...pushed.data, by: null } };
    expect(pushesOf(noticed, own)).toBe('known');
  });
});
