/** A task, a round and a run start only where policy lets them, and once. */
import { describe, expect, it } from 'vitest';
import { steererOf } from '../../../src/core/actor.ts';
import type { Action } from '../../../src/core/decision.ts';
import type { TaskCommand } from '../../../src/core/task/decide/command.ts';
import {
  approvalSubject,
  created,
  decided,
  given,
  HISTORY,
  judged,
  LATER,
  MAINTAINER,
  NOW,
  posted,
  produced,
  REVIEWER,
  started,
} from './given.ts';

const ask = decided('task.start', 'require_approval');
const failed = (key: string): TaskCommand => ({
  type: 'fail_effect',
  key,
  message: 'Issues are disabled for this repo.',
  class: 'not_found',
  retryable: false,
  retryAfterMs: null,
});
const more: TaskCommand = {
  type: 'rework',
  data: {
    id: 'r-1',
    origin: 'comment',
    role: 'remediator-comment',
    instructions: 'Rename it.',
    by: REVIEWER,
    caller: null,
    target: null,
    check: null,
    threads: [],
    merges: null,
    taint: [],
  },
};
const byPerson: TaskCommand = { type: 'retry', by: steererOf(MAINTAINER), instructions: 'Again.' };
const byToken: TaskCommand = {
  type: 'retry',
  by: { kind: 'token', id: 'ci', project: 'billing' },
  instructions: '',
  origin: 'call',
};

describe('another try of a task that policy did not let start', () => {
  const nowhere = created({
    origin: { kind: 'call', key: 'ci/7' },
    requester: { kind: 'token', id: 'ci', project: 'billing' },
    issue: null,
    target: null,
    label: null,
  });

  it.each([byPerson, byToken])('asks policy first, and people anew ($by.kind)', retry => {
    const unasked = [nowhere, ask, failed('open_issue')];
    expect(given(...unasked).state.status).toBe('failure');
    const again = given(...unasked).when(retry);
    again.thenEvents('task.retried', 'approval.voided');
    expect(again.opens()).toEqual(['decide:task.start:task']);
    expect(again.after().state).toMatchObject({ status: 'proposed', runs: [] });
    const asked = given(...unasked, retry).when(ask);
    asked.thenEvents('policy.decided', 'approval.requested');
    expect(asked.opens()).toEqual(['open_issue']);
    given(...unasked, retry)
      .when(decided('task.start', 'allow'))
      .thenEvents('policy.decided', 'task.admitted', 'run.queued');
  });

  it('is asked for by calls three times in a row, until a person asks', () => {
    const round = [byToken, ask, failed('open_issue')];
    const thrice = [nowhere, ask, failed('open_issue'), ...round, ...round, ...round];
    given(...thrice)
      .when({ ...byToken, by: steererOf(MAINTAINER) })
      .thenEvents('remediation.stopped')
      .saying('remediation.stopped', { check: null });
    given(...thrice, byToken)
      .when(byToken)
      .thenRefused(/start no more work here until a person asks/);
    given(...thrice, byToken, byPerson, ask, failed('open_issue'))
      .when(byToken)
      .thenEvents('task.retried', 'approval.voided');
  });

  it('asks policy where it could not be asked', () => {
    const key = 'decide:task.start:task';
    const again = given(created(), failed(key)).when(byPerson).thenEvents('task.retried');
    expect(again.opens()).toContain(key);
    expect(again.after().state.status).toBe('proposed');
  });

  it('is refused by policy like every other start', () => {
    given(created(), failed('decide:task.start:task'), byPerson)
      .when(decided('task.start', 'deny'))
      .saying('task.finished', { outcome: 'refused' });
  });
});

describe('another try of a task that failed while people were asked', () => {
  const noMerge: TaskCommand = {
    type: 'refused',
    run: 'merge-1-1',
    reason: 'There is no such branch.',
  };
  const failedMerge = [...HISTORY.waiting, posted('approval-1', 9), noMerge];

  it('asks them anew: the comment that asked says that it is over', () => {
    const failedTask = given(...failedMerge);
    expect(failedTask.state.status).toBe('failure');
    failedTask
      .when(byPerson)
      .thenEvents('task.retried', 'approval.voided', 'run.queued')
      .saying('approval.voided', { approval: 'approval-1', head: null });
    const again = given(...failedMerge, byPerson, decided('run.start', 'allow', 'merge-1-2'));
    again
      .when(decided('pr.merge', 'require_approval', 'merge-1-2'))
      .thenEvents('policy.decided', 'approval.requested', 'run.waiting_approval')
      .saying('approval.requested', { approval: 'approval-2' });
  });

  it('keeps what they have approved', () => {
    given(...HISTORY.approved, noMerge)
      .when(byPerson)
      .thenEvents('task.retried', 'run.queued');
  });

  it('asks policy about the reworks that wait', () => {
    const waits = [...HISTORY.waiting, more, noMerge];
    const starts = 'decide:task.start:r-1';
    expect(given(...waits).open).not.toContain(starts);
    expect(
      given(...waits)
        .when(byPerson)
        .opens(),
    ).toContain(starts);
    const asked = [...HISTORY.waiting, more, { ...ask, rework: 'r-1' } as TaskCommand, noMerge];
    const again = given(...asked).when(byPerson);
    again.saying('approval.voided', { approval: 'approval-2' });
    expect(again.opens()).toContain(starts);
  });
});

/** What people are asked first, and the decision that their yes brings. */
const approvedBy = (action: Action, run: string | null = null, rework: string | null = null) => {
  const subject = approvalSubject(action);
  const approved = { approvalSubject: { ...subject, judgement: judged({}) }, rework };
  return [
    decided(action, 'require_approval', run, { approvalSubject: subject, rework }),
    decided(action, 'allow', run, approved),
  ] as const;
};
const answered: TaskCommand = {
  type: 'answer',
  data: {
    answer: 'comment-9',
    says: 'approve',
    by: REVIEWER,
    via: 'issue_comment',
    comment: 9,
    text: '',
    reason: '',
    at: LATER,
    target: null,
  },
  names: '',
};

describe('the approval of a start', () => {
  const [askTask, allowTask] = approvedBy('task.start');

  it('is used when the task is admitted, and nobody is asked again', () => {
    given(created(), askTask)
      .when(allowTask)
      .thenEvents(
        'policy.decided',
        'approval.confirmed',
        'approval.granted',
        'approval.used',
        'task.admitted',
        'run.queued',
      )
      .saying('approval.used', { effect: 'decide:task.start:task' });
    const { state, open } = given(created(), askTask, allowTask);
    expect(state.approvals).toMatchObject([{ status: 'used', by: [REVIEWER] }]);
    expect(open.filter(key => key.startsWith('expire:'))).toEqual([]);
    expect(open).not.toContain('decide:task.start:task');
  });

  it.each([allowTask, askTask, decided('task.start', 'deny')])(
    'is not judged once more where the task has begun',
    late => {
      given(created(), askTask, allowTask).when(late).thenRefused('It has begun already.');
    },
  );

  it('is used when a round is admitted, whether or not it begins at once', () => {
    const rework: TaskCommand = {
      type: 'rework',
      data: {
        id: 'r1',
        origin: 'comment',
        role: 'remediator-comment',
        instructions: 'More.',
        by: REVIEWER,
        target: null,
        check: null,
        threads: [],
        merges: null,
        caller: null,
        taint: [],
      },
    };
    const [ask, allow] = approvedBy('task.start', null, 'r1');
    const admitted = given(...HISTORY.waiting, rework, ask).when(allow);
    admitted.saying('approval.used', { effect: 'decide:task.start:r1' });
    expect(admitted.events.map(({ type }) => type)).toContain('round.opened');
    given(...HISTORY.waiting, rework, ask, allow)
      .when(allow)
      .thenRefused('It has begun already.');
    // The merge waits on, and its request alone is asked about anew.
    const early = [...HISTORY.reproduced, rework, ask, allow];
    expect(given(...early).state.waitingReworks).toMatchObject([{ id: 'r1', admitted: true }]);
    given(...early)
      .when(ask)
      .thenRefused('It has begun already.');
  });

  describe('of a run', () => {
    const [ask, allow] = approvedBy('run.start', 'prepare-1-1');
    const granted = [...HISTORY.admitted, ask, allow];

    it('is used when a worker takes it', () => {
      expect(given(...granted).open).toContain('attempt:prepare-1-1');
      given(...granted)
        .when(started('prepare-1-1'))
        .thenEvents('approval.used', 'run.started')
        .saying('approval.used', { effect: 'attempt:prepare-1-1' });
      expect(given(...granted, started('prepare-1-1')).open).toEqual(
        expect.not.arrayContaining([expect.stringMatching(/^expire:|^decide:run.start/)]),
      );
    });

    it('can not end or stop a run that works', () => {
      for (const late of [ask, allow, decided('run.start', 'deny', 'prepare-1-1')])
        given(...granted, started('prepare-1-1'))
          .when(late)
          .thenRefused('It has begun already.');
      given(...granted, started('prepare-1-1'))
        .when(produced('prepare-1-1'))
        .saying('run.finished', { outcome: 'success' });
    });

    it('holds the run where it expires before that', () => {
      const expired = given(...granted).when(ask);
      expired.thenEvents('policy.decided', 'approval.voided', 'approval.requested');
      expect(expired.after().open.map(({ key }) => key)).not.toContain('attempt:prepare-1-1');
      given(...granted, ask)
        .when(started('prepare-1-1'))
        .thenRefused('People are asked whether it may start.');
      expect(
        given(...granted, ask)
          .when(allow)
          .opens(),
      ).toContain('attempt:prepare-1-1');
    });

    const allowUntil = (until: string) =>
      decided('run.start', 'allow', 'prepare-1-1', {
        approvalSubject: { ...approvalSubject('run.start'), judgement: { ...judged({}), until } },
      });
    const overNow = [...HISTORY.admitted, ask, allowUntil(NOW)];

    it('is not used after its time, though nobody was asked again yet', () => {
      given(...overNow)
        .when(started('prepare-1-1'))
        .thenRefused('The approval of its start has expired');
    });

    it('holds for longer where the same person has approved once more', () => {
      given(...overNow)
        .when(allowUntil(LATER))
        .thenEvents('policy.decided', 'approval.granted')
        .saying('approval.granted', { until: LATER });
      const renewed = [...overNow, allowUntil(LATER)];
      given(...renewed)
        .when(started('prepare-1-1'))
        .thenEvents('approval.used', 'run.started');
      given(...renewed)
        .when(allowUntil(LATER))
        .thenEvents('policy.decided');
      // The expiry of before is due first, and finds that it holds: there has to be one for later.
      const [expiry = ''] = given(...renewed).open.filter(key => key.startsWith('expire:'));
      given(...renewed)
        .when(allowUntil(LATER), { effectKey: expiry })
        .thenEvents('policy.decided', 'approval.granted');
    });

    it('is not used once somebody has taken theirs back, before policy is asked again', () => {
      const yes = { ...answered, names: approvalSubject('run.start').digest };
      const approved = [...HISTORY.admitted, ask, yes, allow];
      const back: TaskCommand = {
        ...answered,
        data: { ...answered.data, answer: 'comment-10', says: 'revoke', comment: 10 },
      };
      const edited: TaskCommand = {
        type: 'revoke',
        comment: 9,
        via: 'issue_comment',
        by: REVIEWER,
        how: 'its comment was edited',
      };
      given(...approved)
        .when(started('prepare-1-1'))
        .thenEvents('approval.used', 'run.started');
      for (const taken of [back, edited]) {
        given(...approved, taken)
          .when(started('prepare-1-1'))
          .thenRefused('Policy is asked again first whether it may start.');
        // Where it is allowed all the same, it begins.
        given(...approved, taken, allow)
          .when(started('prepare-1-1'))
          .thenEvents('approval.used', 'run.started');
      }
    });

    it('is used at once where the run is a step of our own', () => {
      const [askPublish, allowPublish] = approvedBy('run.start', 'publish-1-1');
      given(...HISTORY.reviewed, askPublish)
        .when(allowPublish)
        .thenEvents(
          'policy.decided',
          'approval.confirmed',
          'approval.granted',
          'approval.used',
          'run.started',
        );
    });
  });

  it('is not asked about when people answer another request', () => {
    const before = [
      created(),
      askTask,
      allowTask,
      ...HISTORY.waiting.slice(2),
      posted('approval-2', 8),
    ];
    expect(
      given(...before)
        .when(answered)
        .opens(),
    ).toEqual(expect.not.arrayContaining(['decide:task.start:task']));
    expect(
      given(...before)
        .when(answered)
        .opens(),
    ).toContain('decide:pr.merge:merge-1-1');
  });
});
