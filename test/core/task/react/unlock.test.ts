/** The branch of a task is freed: policy is asked about people, and whoever asked is told what came of it. */
import { expect, it } from 'vitest';
import { steererOf } from '../../../../src/core/actor.ts';
import type { TaskCommand } from '../../../../src/core/task/decide/command.ts';
import {
  approvalSubject,
  decided,
  given,
  HISTORY,
  judged,
  MAINTAINER,
  outcomeOf,
} from '../given.ts';

const target = { kind: 'issue_comment' as const, number: 1, id: 5 };
const asked: TaskCommand = { type: 'unlock', by: steererOf(MAINTAINER), target, work: false };
const operator = { kind: 'operator' as const, name: 'root@host' };
const byShell: TaskCommand = { type: 'unlock', by: operator, target: null, work: true };
const cancel: TaskCommand = { type: 'cancel', by: steererOf(MAINTAINER), target };
const unlocked = (holders: string[]): TaskCommand => ({
  type: 'record',
  event: {
    type: 'ref.unlocked',
    v: 1,
    data: {
      branch: 'gatehouse/issue-1',
      broken: holders.map(holder => ({ lease: 'ref:42:refs/heads/gatehouse/issue-1', holder })),
      target,
    },
  },
});
const repliesAfter = (...commands: TaskCommand[]) =>
  outcomeOf(...commands).folded.open.flatMap(effect =>
    effect.kind === 'reply' && effect.key.startsWith('answer:unlock') ? [effect.reply] : [],
  );

it('policy is asked before it is done for a person', () => {
  expect(
    given(...HISTORY.authored)
      .when(asked)
      .opens(),
  ).toEqual(['decide:ref.unlock:task']);
  const allowed = given(...HISTORY.authored, asked).when(decided('ref.unlock', 'allow'));
  allowed.thenEvents('policy.decided');
  expect(allowed.opens()).toEqual(['unlock']);
  expect(allowed.after().state.status).toBe('active');
});

it('policy says no: nothing is freed, the work goes on, and the person is told why', () => {
  const denied = [...HISTORY.authored, asked, decided('ref.unlock', 'deny')];
  expect(given(...denied).state.status).toBe('active');
  expect(given(...denied).open).not.toContain('unlock');
  expect(repliesAfter(...denied)).toEqual([
    { code: 'refused', command: 'unlock', reasons: ['ref.unlock: deny'] },
  ]);
});

it('an operator frees it without being asked about, and nobody is told on GitHub', () => {
  const byOperator = given(...HISTORY.authored).when(byShell);
  expect(byOperator.opens()).toEqual(['unlock']);
  expect(byOperator.after().open).toContainEqual(
    expect.objectContaining({ kind: 'unlock', work: true }),
  );
});

it('who asked is told from which process it was freed, or that nobody held it', () => {
  const allowed = [...HISTORY.authored, asked, decided('ref.unlock', 'allow')];
  const branch = 'gatehouse/issue-1';
  expect(repliesAfter(...allowed, unlocked(['w1', 'w1']))).toEqual([
    { code: 'unlocked', branch, holders: ['w1'] },
  ]);
  expect(repliesAfter(...allowed, unlocked([]))).toEqual([
    { code: 'unlocked', branch, holders: [] },
  ]);
});

it('is done for a task that has ended as well, whose branch may still be written', () => {
  const ended = [...HISTORY.authored, cancel];
  expect(given(...ended, asked, decided('ref.unlock', 'allow')).open).toContain('unlock');
  expect(given(...ended, byShell, unlocked(['w1'])).state).toMatchObject({
    status: 'canceled',
    unlock: null,
  });
});

it('policy that can not be asked ends nothing: the person is told', () => {
  const unasked: TaskCommand = {
    type: 'fail_effect',
    key: 'decide:ref.unlock:task',
    message: 'GitHub says no.',
    class: 'forbidden',
    retryable: false,
    retryAfterMs: null,
  };
  given(...HISTORY.authored, asked)
    .when(unasked, { effectKey: 'decide:ref.unlock:task' })
    .thenEvents('effect.failed');
  expect(repliesAfter(...HISTORY.authored, asked, unasked)).toEqual([
    {
      code: 'refused',
      command: 'unlock',
      reasons: ['Policy could not be asked: GitHub says no.'],
    },
  ]);
});

it('its approval is used by it, once', () => {
  const waits = [...HISTORY.authored, asked, decided('ref.unlock', 'require_approval')];
  const approved = decided('ref.unlock', 'allow', null, {
    approvalSubject: approvalSubject('ref.unlock', {}, judged({})),
  });
  given(...waits)
    .when(approved)
    .saying('approval.used', { effect: 'decide:ref.unlock:task' });
  expect(given(...waits, approved).open).toContain('unlock');
  expect(given(...waits, approved).open).toEqual(
    expect.not.arrayContaining([expect.stringMatching(/^expire:/)]),
  );
  // The next one is another.
  given(...waits, approved, asked)
    .when(decided('ref.unlock', 'require_approval'))
    .thenEvents('policy.decided', 'approval.requested');
});
