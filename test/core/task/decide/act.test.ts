/** A run stops for a person in the middle, and goes on: from what was kept, with the answer. */

import { describe, expect, it } from 'vitest';
import { steererOf } from '../../../../src/core/actor.ts';
import { NO_USAGE } from '../../../../src/core/agent-event.ts';
import type { StatementVerdict } from '../../../../src/core/approvals/judgement.ts';
import type { Digest } from '../../../../src/core/decision.ts';
import { WAITS } from '../../../../src/core/task/decide/act.ts';
import type { TaskCommand } from '../../../../src/core/task/decide/command.ts';
import type { Checkpoint } from '../../../../src/core/task/events/work.ts';
import { standingApproval } from '../../../../src/core/task/views/view.ts';
import {
  approvalSubject,
  decided,
  decision,
  given,
  HISTORY,
  judged,
  MAINTAINER,
  outcomeOf,
  posted,
  produced,
  REVIEWER,
  started,
  work,
} from '../given.ts';

const RUN = 'author-1-1';
const ACTION = 'command.exec';
const question = (n: number): { question: Digest } => ({
  question: `sha256:${String(n).repeat(64)}`,
});
const checkpoint: Checkpoint = {
  work: work('d'),
  home: null,
  session: 'session-1',
  adapter: 'simulated',
  usage: { ...NO_USAGE, output: 7 },
  journal: null,
};
const wait = (n = 1): TaskCommand => ({
  type: 'wait',
  run: RUN,
  decision: decision(ACTION, 'require_approval'),
  approvalSubject: approvalSubject(ACTION, question(n)),
  checkpoint,
  artifacts: [],
});
const acted: TaskCommand = {
  type: 'record_denial',
  run: RUN,
  decision: decision(ACTION, 'require_approval'),
};
const against: Partial<StatementVerdict> = {
  statement: 'comment-9',
  review: null,
  says: 'objects',
  rule: 'veto',
  reason: 'It stops it.',
};
const approves: Partial<StatementVerdict> = {
  statement: 'comment-9',
  review: null,
  rule: 'answered-request',
};
/** Policy is asked again, with what people said by now. */
const again = (
  outcome: 'allow' | 'deny' | 'require_approval',
  verdicts: Partial<StatementVerdict>[] = [],
  n = 1,
): TaskCommand =>
  decided(ACTION, outcome, RUN, {
    approvalSubject: approvalSubject(ACTION, question(n), judged(...verdicts)),
  });
const says = (word: 'approve' | 'deny' | 'revoke', id = 9): TaskCommand => ({
  type: 'answer',
  names: '',
  data: {
    answer: `issue_comment-${id}`,
    says: word,
    by: REVIEWER,
    via: 'issue_comment',
    comment: id,
    text: null,
    reason: word === 'deny' ? 'Not from there.' : '',
    at: '',
    target: { kind: 'issue', number: 1 },
  },
});
const use = (n = 1): TaskCommand => ({
  type: 'use',
  action: ACTION,
  digest: approvalSubject(ACTION, question(n)).digest,
  effect: 'act:approval-1:0',
  reviews: [],
});

const working = [...HISTORY.reproduced, decided('run.start', 'allow', RUN), started(RUN)];
const waiting = [...working, acted, wait()];
const approved = [...waiting, again('allow', [approves])];
const resumed = [...approved, started(RUN)];

describe('an agent that asks for what takes a person', () => {
  it('has the denial in the log before its run stops', () => {
    given(...working)
      .when(acted)
      .thenEvents('policy.decided')
      .saying('policy.decided', { run: RUN });
  });

  it('stops with its run: what it was at is kept, and people are asked', () => {
    const then = given(...working, acted)
      .when(wait())
      .thenEvents('approval.requested', 'run.waiting_approval')
      .saying('approval.requested', { gate: 'act', action: ACTION, run: RUN, head: null })
      .saying('run.waiting_approval', { run: RUN, approval: 'approval-1', checkpoint });
    expect(then.opens()).toEqual(['answer:ask-approval-1']);
    const { state, open } = then.after();
    expect(state.runs.find(({ id }) => id === RUN)).toMatchObject({
      state: 'waiting_approval',
      waits: 1,
      session: 'session-1',
      usage: { output: 7 },
    });
    // No effect is left that a worker could be busy with.
    expect(open.filter(({ key }) => /^attempt|command.exec/.test(key))).toEqual([]);
    expect(open.map(({ key }) => key)).toContain('show:labels');
  });

  it('keeps the artifacts of its checkpoint', () => {
    const digest: Digest = `sha256:${'1'.repeat(64)}`;
    const artifacts = [{ name: 'home.json', digest, bytes: 2 }];
    given(...working, acted)
      .when({ ...(wait() as Extract<TaskCommand, { type: 'wait' }>), artifacts })
      .thenEvents('artifact.stored', 'approval.requested', 'run.waiting_approval');
  });

  it('is not taken up before anybody answered', () => {
    given(...waiting)
      .when(started(RUN))
      .thenRefused(/is waiting_approval, it can't start/);
    given(...waiting)
      .when(produced(RUN))
      .thenRefused(/is waiting_approval, it can't end/);
    given(...waiting)
      .when(acted)
      .thenRefused(/does nothing any more/);
  });

  it('makes policy be asked again when somebody answers', () => {
    const then = given(...waiting, posted('approval-1', 5))
      .when(says('approve'))
      .thenEvents('approval.answered')
      .saying('approval.answered', { approval: 'approval-1' });
    expect(then.opens()).toContain(`decide:${ACTION}:${RUN}`);
  });

  it('says in the comment that asked what became of it, whichever of the two is first', () => {
    const told = 'answer:settled-approval-1';
    const open = given(...waiting, posted('approval-1', 5));
    const denied: TaskCommand = again('deny');
    expect(open.when(denied).opens()).toContain(told);
    expect(
      given(...waiting)
        .when(denied)
        .opens(),
    ).not.toContain(told);
    expect(
      given(...waiting, denied)
        .when(posted('approval-1', 5))
        .opens(),
    ).toContain(told);
    expect(
      given(...waiting)
        .when(posted('approval-1', 5))
        .opens(),
    ).not.toContain(told);
  });

  it('may wait no more often than that', () => {
    const rounds = Array.from({ length: WAITS }, (_, n) => [
      ...[acted, wait(n), again('allow', [{ ...approves, statement: `comment-${n}` }], n)],
      started(RUN),
    ]).flat();
    given(...working, ...rounds)
      .when(wait(7))
      .thenRefused(/waited 5 times/);
  });
});

describe('an answer', () => {
  it('that approves lets any worker take the run up', () => {
    const then = given(...waiting)
      .when(again('allow', [approves]))
      .thenEvents('policy.decided', 'approval.confirmed', 'approval.granted')
      .saying('approval.granted', { by: [REVIEWER] });
    expect(then.opens()).toEqual(expect.arrayContaining([`attempt:${RUN}`, 'expire:approval-1']));
    given(...approved)
      .when(started(RUN))
      .thenEvents('run.resumed')
      .saying('run.resumed', { run: RUN, epoch: 1, worker: 'w1' });
  });

  it('that is not enough leaves it waiting', () => {
    const then = given(...waiting)
      .when(
        again('require_approval', [
          { ...approves, by: MAINTAINER, counts: false, told: true, rule: 'separation' },
        ]),
      )
      .thenEvents('policy.decided', 'approval.refused');
    expect(then.opens()).not.toContain(`attempt:${RUN}`);
  });

  it('that denies lets it go on as well, with that answer', () => {
    const then = given(...waiting, says('deny'))
      .when(again('require_approval', [against]))
      .thenEvents('policy.decided', 'approval.confirmed', 'approval.denied')
      .saying('approval.denied', { by: [REVIEWER], reason: 'rey denied it: Not from there.' })
      // It is about this alone: nothing is held by it later.
      .saying('policy.decided', { objections: null });
    expect(then.opens()).toContain(`attempt:${RUN}`);
    expect(then.after().state.objections).toEqual([]);
    given(...waiting, says('deny'), again('require_approval', [against]))
      .when(started(RUN))
      .thenEvents('run.resumed');
  });

  it('is a denial where somebody is against it, whoever approves', () => {
    given(...waiting)
      .when(again('allow', [approves, { ...against, by: MAINTAINER, statement: 'comment-10' }]))
      .saying('approval.denied', { by: [MAINTAINER] });
  });

  it('is that of policy, where that denies by now', () => {
    given(...waiting)
      .when(again('deny'))
      .thenEvents('policy.decided', 'approval.denied')
      .saying('approval.denied', { by: [], reason: 'command.exec: deny' });
  });

  it('of before the policies changed is void, and asked for anew', () => {
    const other = approvalSubject(ACTION, { ...question(1), policy: `sha256:${'9'.repeat(64)}` });
    const then = given(...waiting)
      .when(decided(ACTION, 'require_approval', RUN, { approvalSubject: other }))
      .thenEvents('policy.decided', 'approval.voided', 'approval.requested');
    expect(then.opens()).not.toContain(`attempt:${RUN}`);
  });

  it('that expired before anybody took the run up is asked for anew', () => {
    given(...approved)
      .when(again('require_approval'))
      .thenEvents('policy.decided', 'approval.voided', 'approval.requested');
    given(...approved, again('require_approval'))
      .when(started(RUN))
      .thenRefused(/can't start/);
    expect(given(...approved, again('require_approval')).open).not.toContain(`attempt:${RUN}`);
  });
});

describe('a run that goes on', () => {
  it('uses what was approved once', () => {
    given(...resumed)
      .when(use())
      .thenEvents('approval.used');
    given(...resumed, use())
      .when(use())
      .thenRefused(/used already/);
    given(...resumed)
      .when(use(2))
      .thenRefused(/not what was approved/);
  });

  it('asks anew for a second time, and that is another request', () => {
    const then = given(...resumed, use(), acted)
      .when(wait(2))
      .thenEvents('approval.requested', 'run.waiting_approval');
    const [first, second] = then.after().state.approvals;
    expect(second?.digest).not.toBe(first?.digest);
    expect(second?.chain).toBe('approval-2');
  });

  it('that asks for something else has no use for what was approved before', () => {
    given(...resumed, acted)
      .when(wait(2))
      .thenEvents('approval.voided', 'approval.requested', 'run.waiting_approval')
      .saying('approval.voided', { reason: 'The agent asks for something else now.' });
  });

  it('loses what is taken back meanwhile, and is not stopped by it', () => {
    given(...resumed)
      .when(again('require_approval'))
      .thenEvents('policy.decided', 'approval.voided');
    given(...resumed, again('require_approval'))
      .when(use())
      .thenRefused(/not what was approved/);
  });

  it('is lost with its worker, like any: what it may have used it has no more', () => {
    const then = given(...resumed)
      .when(started(RUN))
      .thenEvents('approval.voided', 'run.finished', 'run.queued')
      .saying('run.finished', { run: RUN, class: 'lost' })
      .saying('run.queued', { run: 'author-1-2' });
    const { state } = then.after();
    expect(standingApproval(state)).toBeNull();
    // The next one goes on from what was kept, and has waited as often.
    expect(state.runs.at(-1)).toMatchObject({ checkpoint, waits: 1, state: 'queued' });
  });

  it('that could not get at its secret when it was taken up goes on from there later', () => {
    const failure = { class: 'auth' as const, reason: 'No key.', retryable: true };
    const then = given(...resumed).when(produced(RUN, {}, failure));
    expect(then.after().state.runs.at(-1)).toMatchObject({ checkpoint, waits: 1, state: 'queued' });
  });

  it('that fails by itself is no place to go on from', () => {
    const failure = { class: 'agent' as const, reason: 'No review.', retryable: true };
    const then = given(...resumed).when(produced(RUN, {}, failure));
    expect(then.after().state.runs.at(-1)).toMatchObject({ checkpoint: null, waits: 0 });
  });

  it('uses a secret anew, and has not yet used what was approved', () => {
    const allowed = decision('secret.use', 'allow');
    const then = given(...resumed)
      .when({ type: 'use_secret', run: RUN, secret: 'KEY', decision: allowed })
      .thenEvents('policy.decided', 'secret.used');
    expect(standingApproval(then.after().state)).toMatchObject({ status: 'granted' });
  });

  it('ends like a run that never waited', () => {
    given(...resumed, use())
      .when(produced(RUN, { work: work('b') }))
      .thenEvents('run.produced');
    const { folded } = outcomeOf(...resumed, use(), produced(RUN, { work: work('b') }));
    // What was used is no news for whoever looks at the task.
    expect(standingApproval(folded.state)).toBeNull();
  });

  it('that is canceled while it waits leaves nothing to answer', () => {
    const then = given(...waiting).when({
      type: 'cancel',
      by: steererOf(MAINTAINER),
      target: { kind: 'issue', number: 1 },
    });
    then.thenEvents('task.cancel_requested', 'approval.voided', 'run.finished', 'task.finished');
    expect(then.after().open.map(({ key }) => key)).not.toContain('answer:ask-approval-1');
  });
});
