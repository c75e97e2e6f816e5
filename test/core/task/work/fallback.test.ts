/** An agent that its provider lets down: the next of the role's chain takes over. */

import { describe, expect, it } from 'vitest';
import { type Person, steererOf } from '../../../../src/core/actor.ts';
import { dryRun, fixGraph } from '../../../../src/core/graph/graphs.ts';
import { otherTryOf } from '../../../../src/core/task/approvals/other-tries.ts';
import type { TaskCommand } from '../../../../src/core/task/decide/command.ts';
import type { FailureClass } from '../../../../src/core/task/events/run.ts';
import { runOf } from '../../../../src/core/task/state/state.ts';
import { viewOf } from '../../../../src/core/task/views/view.ts';
import { keyMissing, NOT_SWITCHED_ON } from '../../../../src/core/task/work/fallback.ts';
import {
  changed,
  created,
  decided,
  given,
  HISTORY,
  MAINTAINER,
  NOW,
  produced,
  REVIEWER,
  ran,
  sha,
  started,
} from '../given.ts';

type Skipped = Extract<TaskCommand, { type: 'choose' }>['data']['skipped'];

const chosen = (
  run: string,
  adapter: string,
  others: number,
  skipped: Skipped = [],
): TaskCommand => ({
  type: 'choose',
  data: {
    run,
    adapter,
    version: '1',
    model: null,
    provider: null,
    reason: 'It is the first of the chain.',
    skipped,
    others,
  },
});

const failing = (run: string, kind: FailureClass, others: number): TaskCommand[] => [
  chosen(run, `agent-of-${run}`, others),
  decided('run.start', 'allow', run),
  started(run),
  produced(
    run,
    {},
    { class: kind, reason: 'Why.', retryable: kind === 'rate_limit' || kind === 'transport' },
  ),
];

describe('an agent', () => {
  it('is chosen before policy is asked whether the run may start', () => {
    const told = given(...HISTORY.reproduced).when(chosen('author-1-1', 'codex', 1));
    expect(told.thenEvents('run.chosen').opens()).toEqual(['decide:run.start:author-1-1']);
  });
  it('is chosen for no run that has begun', () => {
    given(...HISTORY.reproduced, decided('run.start', 'allow', 'author-1-1'), started('author-1-1'))
      .when(chosen('author-1-1', 'codex', 1))
      .thenRefused(/nobody is chosen for it any more/);
  });
});

it('is told beside those that failed, and not beside those that nobody here has a credential for', () => {
  const failed = { adapter: 'claude', model: null, reason: 'It failed in attempt 1: Why.' };
  const model = 'anthropic/large';
  const skipped = [
    { adapter: 'codex', model: null, reason: NOT_SWITCHED_ON },
    { adapter: 'opencode', model, reason: keyMissing(model) },
    failed,
  ];
  const choice = chosen('author-1-1', 'gemini', 0, skipped);
  const folded = given(...HISTORY.reproduced)
    .when(choice)
    .after();
  expect(viewOf('t', folded).runs.at(-1)?.passedOver).toEqual([failed]);
});

describe('where an agent fails', () => {
  const failed = (kind: FailureClass, others: number) => {
    const commands = failing('author-1-1', kind, others);
    const last = commands.pop() as TaskCommand;
    return given(...HISTORY.reproduced, ...commands).when(last);
  };

  it.each(['auth', 'rate_limit', 'transport'] as const)(
    'by %s, the next of the chain begins at once',
    kind => {
      failed(kind, 1)
        .thenEvents('run.produced', 'run.finished', 'run.queued')
        .saying('run.queued', { run: 'author-1-2', attempt: 2, notBefore: null });
    },
  );
  it('and there is no other, the same is tried again after a while', () => {
    failed('rate_limit', 0)
      .thenEvents('run.produced', 'run.finished', 'run.queued')
      .saying('run.queued', { notBefore: expect.any(String) });
  });
  it.each(['policy', 'agent', 'budget', 'unchanged'] as const)(
    'by %s, no other is asked to do the same',
    kind => {
      const told = failed(kind, 3);
      expect(told.events.map(({ type }) => type)).not.toContain('run.queued');
    },
  );
});

describe('where no agent could work for a round, and people are asked', () => {
  const rework = (id: string, by: Person | null): TaskCommand => ({
    type: 'rework',
    data: {
      id,
      origin: by ? 'comment' : 'conflict',
      role: by ? 'remediator-comment' : 'merger',
      instructions: id,
      by,
      target: { kind: 'issue', number: 2 },
      check: null,
      threads: [],
      merges: by ? null : { ref: 'main', sha: sha('e') },
      caller: null,
      taint: [],
    },
  });
  const admits = (id: string) => decided('task.start', 'allow', null, { rework: id });
  const asked = [
    ...HISTORY.waiting,
    rework('first', MAINTAINER),
    admits('first'),
    ...failing('author-2-1', 'auth', 0),
  ];

  it('what a person asks for then is done, and nothing is asked any more', () => {
    const second = given(...asked, rework('second', REVIEWER)).when(admits('second'));
    second
      .thenEvents('policy.decided', 'rework.declined', 'round.opened', 'run.queued')
      .saying('rework.declined', { id: 'first' })
      .saying('run.queued', { run: 'author-3-1' });
    expect(second.after().state.question).toBeNull();
  });

  it('what no person asks for waits until one has answered', () => {
    const before = [...asked, rework('conflict', null)];
    const second = given(...before).when(admits('conflict'));
    second.thenEvents('policy.decided');
    expect(second.after().state.question?.text).toMatch(/^No agent could do the step author\./);
    const retry = { type: 'retry', by: steererOf(MAINTAINER), instructions: '' } as const;
    const { state } = given(...before, admits('conflict'), retry, ...changed('author-2-2', 'd'));
    expect(state.waitingReworks.map(({ id }) => id)).toEqual(['conflict']);
  });
});

describe('where no agent of the chain could work', () => {
  const commands = [...failing('author-1-1', 'rate_limit', 1), ...failing('author-1-2', 'auth', 0)];
  const question =
    'No agent could do the step author. agent-of-author-1-1: Why. agent-of-author-1-2: Why.';
  const retry: TaskCommand = {
    type: 'retry',
    by: steererOf(MAINTAINER),
    instructions: 'Use the new key.',
  };

  it('people are asked, once, and the task waits', () => {
    const last = commands.at(-1) as TaskCommand;
    const told = given(...HISTORY.reproduced, ...commands.slice(0, -1)).when(last);
    told
      .thenEvents('run.produced', 'run.finished', 'task.asked')
      .saying('task.asked', { question });
    expect(told.opens()).toEqual(['answer:asked-author-1-2']);
    const { state } = told.after();
    expect(state).toMatchObject({ status: 'active', question: { text: question } });
  });

  it('their answer begins the chain anew, and is read by the agent', () => {
    const told = given(...HISTORY.reproduced, ...commands).when(retry);
    told
      .thenEvents('task.retried', 'run.queued')
      .saying('run.queued', { run: 'author-1-3', notBefore: null });
    const { state } = told.after();
    expect(state.question).toBeNull();
    const said = otherTryOf(state, runOf(state, 'author-1-3'))?.instructions;
    expect(said).toBe('Use the new key.');
    expect(state.retriedAt).toEqual(expect.any(String));
    // What failed before counts no more: the first of the chain has its tries again.
    const again = given(...HISTORY.reproduced, ...commands, retry);
    const [last, ...before] = failing('author-1-3', 'rate_limit', 0).reverse();
    given(...HISTORY.reproduced, ...commands, retry, ...before.reverse())
      .when(last as TaskCommand)
      .thenEvents('run.produced', 'run.finished', 'run.queued');
    expect(again.state.triesFrom).toBe(again.state.runs.length - 1);
  });

  it.each(['approve', 'deny'] as const)('who says %s is told how it is answered', says => {
    given(...HISTORY.reproduced, ...commands)
      .when({
        type: 'answer',
        names: '',
        data: {
          answer: 'issue_comment-9',
          says,
          by: MAINTAINER,
          via: 'issue_comment',
          comment: 9,
          text: null,
          reason: '',
          at: NOW,
          target: { kind: 'issue', number: 1 },
        },
      })
      .thenRefused(/^What is asked here is no approval\. `\/agent retry` tries it again/);
  });

  it('nothing is tried again that did not fail', () => {
    given(...HISTORY.reproduced)
      .when(retry)
      .thenRefused('Nothing failed here that could be tried again.');
  });

  it('a dry run asks nobody', () => {
    const graph = dryRun(fixGraph({ test: ['npm', 'test'] }));
    const begun = [created({ mode: 'dry_run', graph }), decided('task.start', 'allow')];
    const { state } = given(...begun, ...ran('reproduce-1-1'), ...failing('author-1-1', 'auth', 0));
    expect(state).toMatchObject({ status: 'failure', question: null });
  });
});
