/** An agent that its provider lets down: the next of the role's chain takes over. */
import { describe, expect, it } from 'vitest';
import type { TaskCommand } from '../../../src/core/task/command.ts';
import type { FailureClass } from '../../../src/core/task/run.ts';
import { decided, given, HISTORY, produced, started } from './given.ts';

const chosen = (run: string, adapter: string, others: number): TaskCommand => ({
  type: 'choose',
  data: {
    run,
    adapter,
    version: '1',
    model: null,
    provider: null,
    reason: 'It is the first of the chain.',
    skipped: [],
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
