/** People answer in the console: by the digest that they saw, one at a time, and never what has changed. */
import { describe, expect, it } from 'vitest';
import type { Person } from '../../../../src/core/actor.ts';
import { NO_USAGE } from '../../../../src/core/agent-event.ts';
import type { TaskCommand } from '../../../../src/core/task/decide/command.ts';
import { approvalRows, changedApprovals } from '../../../../src/engine/rows/approval-rows.ts';
import {
  approvalSubject,
  created,
  decided,
  decision,
  given,
  HISTORY,
  judged,
  MAINTAINER,
  NOW,
  outcomeOf,
  REVIEWER,
  sha,
  started,
} from '../given.ts';

const OTHER = { id: 3, login: 'otto' };
const MERGE = 'merge-1-1';
const seen = approvalSubject('pr.merge').digest;

const says = (
  word: 'approve' | 'deny' | 'revoke',
  { by = REVIEWER, names = seen, id = by.login }: { by?: Person; names?: string; id?: string } = {},
): TaskCommand => ({
  type: 'answer',
  names,
  data: {
    answer: `console-${id}`,
    says: word,
    by,
    via: 'console',
    comment: null,
    text: null,
    reason: word === 'deny' ? 'Not yet.' : '',
    at: NOW,
    target: null,
  },
});

const aside = (put: boolean, by = REVIEWER): TaskCommand => ({
  type: 'put_aside',
  approval: 'approval-1',
  by,
  aside: put,
});

/** Policy has judged what was said by then. */
const verdict = (
  outcome: 'allow' | 'require_approval',
  ...statements: Parameters<typeof judged>
): TaskCommand =>
  decided('pr.merge', outcome, MERGE, {
    approvalSubject: approvalSubject('pr.merge', {}, judged(...statements)),
  });
const counts = { statement: 'console-rey', review: null, by: REVIEWER, rule: 'answered-request' };

describe('an approval in the console', () => {
  it('is judged like every other answer, and confirmed where the task reports', () => {
    const answered = given(...HISTORY.waiting)
      .when(says('approve'))
      .thenEvents('approval.answered')
      .saying('approval.answered', { approval: 'approval-1', via: 'console', target: null });
    expect(answered.opens()).toContain(`decide:pr.merge:${MERGE}`);
    const judgedNow = given(...HISTORY.waiting, says('approve'))
      .when(verdict('allow', counts))
      .thenEvents('policy.decided', 'approval.confirmed', 'approval.granted', 'run.resumed');
    const reply = judgedNow.after().open.find(({ kind }) => kind === 'reply');
    expect(reply).toMatchObject({ target: { kind: 'issue', number: 2 } });
  });

  it('of another digest is refused with the present one, and leaves no event', () => {
    given(...HISTORY.waiting)
      .when(says('approve', { names: `sha256:${'9'.repeat(64)}` }))
      .thenRefused(/another one: [0-9a-f]{12}/);
  });

  it('after new commits is refused', () => {
    const moved: TaskCommand = { type: 'head_moved', to: sha('e') };
    given(...HISTORY.waiting, moved)
      .when(says('approve'))
      .thenRefused(/not asked any more/);
  });

  it('of two at the same time is taken once, until that one is judged', () => {
    const first = [...HISTORY.waiting, says('approve')];
    given(...first)
      .when(says('approve', { by: OTHER }))
      .thenRefused(/^Already decided by rey/);
    given(...first)
      .when(says('approve', { id: 'again' }))
      .thenRefused(/You have answered/);
    // It was not enough: another person's is needed.
    given(...first, verdict('require_approval', counts))
      .when(says('approve', { by: OTHER }))
      .thenEvents('approval.answered');
    given(...first, verdict('allow', counts))
      .when(says('approve', { by: OTHER }))
      .thenRefused('Already decided by rey: approved.');
  });

  it('that was taken back at once keeps nobody else from answering', () => {
    given(
      ...HISTORY.waiting,
      says('approve'),
      says('revoke', { id: 'back' }),
      verdict('require_approval'),
    )
      .when(says('approve', { by: OTHER }))
      .thenEvents('approval.answered');
  });
});

describe('of two runs that wait at once', () => {
  const steps = ['one', 'two'].map(id => ({
    kind: 'agent' as const,
    id,
    purpose: 'plan' as const,
    role: 'planner',
    needs: [],
    keepsChanges: false,
  }));
  const subjectOf = (run: string) => approvalSubject('command.exec', { resource: run });
  const asks = (run: string): TaskCommand[] => [
    decided('run.start', 'allow', run),
    started(run),
    {
      type: 'wait',
      run,
      decision: decision('command.exec', 'require_approval'),
      approvalSubject: subjectOf(run),
      checkpoint: {
        work: null,
        home: null,
        session: null,
        adapter: 'simulated',
        usage: NO_USAGE,
        journal: null,
      },
      artifacts: [],
    },
  ];
  const waiting = [
    created({ graph: { name: 'two', reworkFrom: null, steps } }),
    decided('task.start', 'allow'),
    ...asks('one-1-1'),
    ...asks('two-1-1'),
    says('approve', { names: subjectOf('one-1-1').digest }),
  ];
  const judgedAbout = (run: string) =>
    decided('command.exec', 'require_approval', run, { approvalSubject: subjectOf(run) });

  it('an answer to one is judged by what policy decides about that one alone', () => {
    const another = says('approve', { by: OTHER, names: subjectOf('one-1-1').digest });
    given(...waiting, judgedAbout('two-1-1'))
      .when(another)
      .thenRefused(/^Already decided by rey/);
    given(...waiting, judgedAbout('one-1-1'))
      .when(another)
      .thenEvents('approval.answered');
    given(...waiting)
      .when(says('approve', { by: OTHER, names: subjectOf('two-1-1').digest }))
      .thenEvents('approval.answered');
  });
});

describe('a denial in the console', () => {
  it('is taken beside an approval that is being judged, and of what is approved', () => {
    for (const before of [[says('approve')], [says('approve'), verdict('allow', counts)]])
      given(...HISTORY.waiting, ...before)
        .when(says('deny', { by: OTHER }))
        .thenEvents('approval.answered')
        .saying('approval.answered', { says: 'deny', approval: 'approval-1', reason: 'Not yet.' });
  });

  it('is for what the person saw alone', () => {
    given(...HISTORY.waiting)
      .when(says('deny', { names: `sha256:${'9'.repeat(64)}` }))
      .thenRefused(/another one/);
  });
});

describe('a request that is put aside', () => {
  it('is so for that person alone, and decides nothing', () => {
    const then = given(...HISTORY.waiting)
      .when(aside(true))
      .thenEvents('approval.put_aside');
    expect(then.opens()).toEqual([]);
    expect(then.after().state).toMatchObject({
      approvals: [{ status: 'requested' }],
      aside: [{ approval: 'approval-1', person: REVIEWER.id }],
    });
  });

  it('is taken up again, once', () => {
    const then = given(...HISTORY.waiting, aside(true), aside(true, MAINTAINER)).when(aside(false));
    expect(then.after().state.aside).toEqual([{ approval: 'approval-1', person: MAINTAINER.id }]);
    given(...HISTORY.waiting)
      .when(aside(false))
      .thenRefused(/not put aside/);
  });

  it('is none once it is decided', () => {
    given(...HISTORY.approved)
      .when(aside(true))
      .thenRefused(/^Already decided by rey/);
  });
});

describe("a task's rows of requests", () => {
  const rowsAfter = (...commands: TaskCommand[]) =>
    approvalRows('t', outcomeOf(...commands).folded);

  it('say what waits, whose work it is, who answered and who put it aside', () => {
    expect(
      rowsAfter(...HISTORY.waiting, aside(true), says('approve', { by: OTHER })),
    ).toMatchObject([
      {
        approval: 'approval-1',
        waiting: true,
        status: 'requested',
        action: 'pr.merge',
        digest: seen,
        by: [],
        aside: [REVIEWER.id],
        own: [MAINTAINER.id],
        answered: [OTHER.id],
        requestedAt: NOW,
      },
    ]);
  });

  it('wait no longer than their task, and are written when it ends', () => {
    const canceled: TaskCommand = {
      type: 'cancel',
      by: { kind: 'person', ...MAINTAINER },
      target: null,
    };
    const { folded } = outcomeOf(...HISTORY.waiting, canceled);
    expect(approvalRows('t', folded)[0]).toMatchObject({ waiting: false, status: 'requested' });
    const stored = { type: 'task.finished', at: NOW } as Parameters<
      typeof changedApprovals
    >[2][number];
    expect(changedApprovals('t', folded, [stored])).toHaveLength(1);
    expect(changedApprovals('t', folded, [{ ...stored, type: 'run.started' }])).toEqual([]);
  });
});
