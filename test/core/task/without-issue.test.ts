/** A task that is about nothing on GitHub: where it reports, whom it asks, and who may answer. */
import { describe, expect, it } from 'vitest';
import { planGraph } from '../../../src/core/graph/graphs.ts';
import { requestersOf } from '../../../src/core/task/approvals/requesters.ts';
import type { TaskCommand } from '../../../src/core/task/decide/command.ts';
import { placeOf } from '../../../src/core/task/state/place.ts';
import {
  approvalSubject,
  created,
  decided,
  digest,
  given,
  HISTORY,
  outcomeOf,
  produced,
  REVIEWER,
  ran,
  started,
} from './given.ts';

const NOWHERE = {
  origin: { kind: 'call', key: 'ci/7' },
  requester: { kind: 'token', id: 'ci', project: 'billing' },
  issue: null,
  target: null,
  label: null,
} as const;
const called = created(NOWHERE);
/** As a task with an issue, up to the same place. */
const without = (commands: readonly TaskCommand[]): TaskCommand[] => [called, ...commands.slice(1)];
const askToStart = decided('task.start', 'require_approval');
const opened: TaskCommand = { type: 'issue_opened', number: 31 };
const comments = (commands: TaskCommand[]) =>
  outcomeOf(...commands).folded.open.filter(({ key }) => key === 'show:comment');

describe('a task without an issue', () => {
  it('shows nothing on GitHub before its pull request is open, and then there', () => {
    expect(comments(without(HISTORY.admitted))).toEqual([]);
    expect(comments(without(HISTORY.waiting))).toHaveLength(1);
  });

  it('asks on an issue of ours where policy wants a person before that', () => {
    const asked = given(called).when(askToStart).thenEvents('policy.decided', 'approval.requested');
    expect(asked.opens()).toEqual(['open_issue']);
    const [approval] = asked.after().state.approvals;
    const stands = given(called, askToStart).when(opened).thenEvents('issue.opened');
    expect(stands.opens()).toContain(`answer:ask-${approval?.id}`);
    const { state, open } = stands.after();
    expect(placeOf(state)).toBe(31);
    // The comment says there how it stands.
    expect(open.find(({ key }) => key === 'show:comment')?.notBefore).toBeNull();
    const [ask] = open.filter(({ kind }) => kind === 'reply');
    expect(ask).toMatchObject({ target: { kind: 'issue', number: 31 } });
  });

  it('asks everything that waits there, and opens one issue for all of it', () => {
    const push = decided('branch.push', 'require_approval', 'publish-1-1');
    const before = without([...HISTORY.waiting.slice(0, HISTORY.waiting.findIndex(isPush)), push]);
    const { folded } = outcomeOf(...before);
    expect(folded.open.filter(({ kind }) => kind === 'open_issue')).toHaveLength(1);
    expect(folded.open.filter(({ kind }) => kind === 'reply')).toEqual([]);
  });

  it('fails and says so where there is nowhere to ask', () => {
    given(called, askToStart)
      .when(
        {
          type: 'fail_effect',
          key: 'open_issue',
          message: 'Issues are disabled for this repo.',
          class: 'not_found',
          retryable: false,
          retryAfterMs: null,
        },
        { effectKey: 'open_issue' },
      )
      .saying('task.finished', {
        outcome: 'failure',
        reason:
          'There is nowhere to ask people, or to tell them: Issues are disabled for this repo.',
      });
  });

  it('asks there as well whether a cap may be raised, and its work is kept until then', () => {
    const reached = { scope: 'day', unit: 'tokens', cap: 1_000 } as const;
    const failure = { class: 'budget', reason: 'The cap is reached.', retryable: false } as const;
    const capped = {
      ...produced('author-1-1', {}, failure),
      reached: { reached, checkpoint: null },
    } as TaskCommand;
    const before = without([
      ...HISTORY.reproduced,
      decided('run.start', 'allow', 'author-1-1'),
      started('author-1-1'),
    ]);
    const ended = given(...before).when(capped);
    expect(ended.opens()).toContain('decide:budget.raise:author-1-2');
    expect(ended.after().state.status).toBe('active');
    const asked = given(...before, capped).when(
      decided('budget.raise', 'require_approval', 'author-1-2'),
    );
    // Without an answer, it goes on in the next day.
    expect(asked.opens()).toEqual(['decide:budget.raise:author-1-2', 'open_issue']);
  });

  it('tells what it was asked for on an issue of ours, once policy has allowed it there', () => {
    const before = [
      created({ ...NOWHERE, graph: planGraph() }),
      decided('task.start', 'allow'),
      ...ran('plan-1-1', { handover: { schema: 'plan.v1', digest, fields: {} } }),
      decided('run.start', 'allow', 'show-plan-1-1'),
    ];
    const allowed = decided('issue.comment', 'allow', 'show-plan-1-1');
    expect(
      given(...before)
        .when(allowed)
        .opens(),
    ).toEqual(['open_issue']);
    const stands = given(...before, allowed).when(opened);
    expect(stands.opens()).toContain('decide:issue.comment:show-plan-1-1');
    const told = given(...before, allowed, opened).when(allowed);
    expect(told.opens()).toEqual(['report:show-plan-1-1']);
  });

  it('asks on its pull request once that is open', () => {
    const { folded } = outcomeOf(
      ...without(HISTORY.waiting.slice(0, -1)),
      decided('pr.merge', 'require_approval', 'merge-1-1', {
        approvalSubject: approvalSubject('pr.merge'),
      }),
    );
    expect(folded.open.filter(({ kind }) => kind === 'open_issue')).toEqual([]);
    expect(folded.open.find(({ kind }) => kind === 'reply')).toMatchObject({
      target: { kind: 'issue', number: folded.state.pull?.number },
    });
  });

  it('is done for no person: a token excludes nobody from approving, and is none of those who asked', () => {
    const { state } = given(...without(HISTORY.waiting));
    expect(requestersOf(state, { action: 'pr.merge', rework: null })).toEqual([]);
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
    const after = given(...without(HISTORY.waiting), rework).state;
    expect(requestersOf(after, { action: 'task.start', rework: 'r1' })).toEqual([REVIEWER]);
  });

  it('is refused without a word on GitHub, where nothing there called', () => {
    const told = given(called).when(decided('task.start', 'deny'));
    expect(told.opens()).toEqual(['clean_up']);
    expect(told.after().state.status).toBe('refused');
  });
});

const isPush = (command: TaskCommand) =>
  command.type === 'decided' && command.decision.action === 'branch.push';

describe('a task that a hook of another one started', () => {
  const started = created({
    origin: { kind: 'hook', task: 'first', hook: 'docs' },
    issue: null,
    target: null,
    label: null,
  });
  const denied = decided('task.start', 'deny');

  it('tells that one how it ended', () => {
    const told = given(started).when(denied);
    expect(told.opens()).toContain('tell');
    const [tell] = told.after().open.filter(({ kind }) => kind === 'tell');
    expect(tell).toMatchObject({
      to: { kind: 'task', id: 'first' },
      end: { at: 3, outcome: 'refused', pull: null, commit: null },
    });
    expect(given(called).when(denied).opens()).not.toContain('tell');
  });

  it('is heard once for each end, also after the end of the one that started it', () => {
    const end = (at: number): TaskCommand => ({
      type: 'task_ended',
      end: { task: 'second', at, outcome: 'failure', reason: 'Red.', pull: 7, commit: null },
    });
    const heard = given(...HISTORY.waiting, end(9))
      .when(end(12))
      .thenEvents('followup.ended');
    expect(heard.after().state.followups).toMatchObject([{ task: 'second', at: 12 }]);
    given(...HISTORY.waiting, end(9))
      .when(end(9))
      .thenRefused('known already');
    given(called, denied).when(end(3)).thenEvents('followup.ended');
  });
});
