/** A task, a round and a run start only where policy lets them, and once. */
import { describe, expect, it } from 'vitest';
import { steererOf } from '../../../src/core/actor.ts';
import type { TaskCommand } from '../../../src/core/task/command.ts';
import { created, decided, given, MAINTAINER } from './given.ts';

const ask = decided('task.start', 'require_approval');
const failed = (key: string): TaskCommand => ({
  type: 'fail_effect',
  key,
  message: 'Issues are disabled for this repo.',
  class: 'not_found',
  retryable: false,
  retryAfterMs: null,
});
const byPerson: TaskCommand = { type: 'retry', by: steererOf(MAINTAINER), instructions: 'Again.' };
const byToken: TaskCommand = {
  type: 'retry',
  by: { kind: 'token', id: 'ci', project: 'billing' },
  instructions: '',
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

  it('asks policy where it could not be asked', () => {
    const key = 'decide:task.start:task';
    const again = given(created(), failed(key)).when(byPerson).thenEvents('task.retried');
    expect(again.opens()).toContain(key);
    expect(again.after().state.status).toBe('proposed');
  });

  it('is refused by policy as any other', () => {
    given(created(), failed('decide:task.start:task'), byPerson)
      .when(decided('task.start', 'deny'))
      .saying('task.finished', { outcome: 'refused' });
  });
});
