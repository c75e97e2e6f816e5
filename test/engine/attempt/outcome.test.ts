import { describe, expect, test } from 'vitest';
import { ErrorClass } from '../../../src/core/agent-event.ts';
import { ERROR_WORDS } from '../../../src/core/error-words.ts';
import type { Profile } from '../../../src/core/profile.ts';
import { agentFailure, outputFailure } from '../../../src/engine/attempt/outcome.ts';
import type { Executed } from '../../../src/engine/attempt/process/execute.ts';
import { ended } from '../../contract/agent-adapter.ts';

const executed = (of: Partial<Executed>): Executed => ({
  end: ended(),
  finished: {
    type: 'session.finished',
    status: 'failed',
    exitCode: 1,
    signal: null,
    summary: 'It did not work.\nAt all.',
  },
  error: null,
  session: null,
  usage: { input: 0, cached: 0, cacheWrite: 0, output: 0, reasoning: 0 },
  journal: { add() {}, text: () => '' },
  stdout: '',
  stderr: '',
  lastLines: '',
  ...of,
});
const finished = (of: Partial<Executed['finished']>): Executed['finished'] => ({
  ...executed({}).finished,
  ...of,
});
const error = (of: ErrorClass, message = 'why\nand more'): Executed['error'] => ({
  type: 'error',
  class: of,
  message,
  fatal: true,
});

describe('an agent', () => {
  test('that did its work has no failure', () => {
    expect(agentFailure(executed({ finished: finished({ status: 'ok' }) }))).toBeNull();
  });

  test('that failed without a reason fails with its own words, in one line', () => {
    expect(agentFailure(executed({}))).toEqual({
      class: 'agent',
      reason: 'It did not work.',
      retryable: false,
    });
  });

  test.each([
    ['auth', 'auth', false],
    ['model_not_found', 'auth', false],
    ['rate_limit', 'rate_limit', true],
    ['quota', 'rate_limit', true],
    ['context_overflow', 'agent', false],
    ['transport', 'transport', true],
    ['server', 'transport', true],
    ['policy', 'policy', false],
    ['protocol', 'agent', false],
  ] as const)('whose last error is %s fails as %s; again: %s', (kind, expected, retryable) => {
    const failure = agentFailure(executed({ error: error(kind) }));
    expect(failure).toEqual({ class: expected, reason: `${ERROR_WORDS[kind]}: why`, retryable });
  });

  test('that the gateway told why is told so in its words alone', () => {
    for (const message of [
      'Gatehouse: the provider refused it',
      'Internal error: Gatehouse: the provider refused it',
      '{"error":{"code":401,"message":"Gatehouse: the provider refused it","status":"no"}}',
    ]) {
      const failure = agentFailure(executed({ error: error('auth', message) }));
      expect(failure?.reason).toBe('The provider refused it');
    }
  });

  test('that the gateway refused a call because a cap of ours is reached fails for that', () => {
    const message = '429 Gatehouse: the cap of this run, $5.00, is spent';
    expect(agentFailure(executed({ error: error('quota', message) }))).toEqual({
      class: 'budget',
      reason: 'The cap of this run, $5.00, is spent',
      retryable: false,
    });
  });

  test('knows every class of error', () => {
    for (const kind of ErrorClass.options)
      expect(agentFailure(executed({ error: error(kind) }))).not.toBeNull();
  });

  test.each([
    ['timeout', 'timeout', 'It ran into its time limit.'],
    ['output_limit', 'output_limit', 'It printed more than its limit.'],
  ] as const)('that was ended by %s fails as that, whatever it said', (by, expected, reason) => {
    const end = ended({ by, exitCode: null, signal: 'SIGKILL' });
    const failure = agentFailure(
      executed({ end, error: error('protocol'), finished: finished({ status: 'limit' }) }),
    );
    expect(failure).toEqual({ class: expected, reason, retryable: false });
  });

  test('that was ended because the disk was about to be full is tried again', () => {
    const end = ended({ by: 'disk_full', exitCode: null, signal: 'SIGKILL' });
    for (const status of ['killed', 'ok'] as const)
      expect(agentFailure(executed({ end, finished: finished({ status }) }))).toEqual({
        class: 'sandbox',
        reason: expect.stringContaining('the disk of its work tree was about to be full'),
        retryable: true,
      });
  });

  test('that is killed in the middle of a line is killed: its last line is no misbehaviour', () => {
    const end = ended({ exitCode: null, signal: 'SIGKILL' });
    const failure = agentFailure(
      executed({
        end,
        error: error('protocol'),
        finished: finished({ status: 'killed', signal: 'SIGKILL' }),
      }),
    );
    expect(failure).toEqual({
      class: 'sandbox',
      reason: 'The agent was ended by SIGKILL.',
      retryable: true,
    });
  });
});

describe('a role that hands something over', () => {
  const reviewer = { name: 'reviewer', output: 'review' } as Profile;
  const answered = (structured: unknown) => executed({ finished: finished({ structured }) });

  test('is held to what its profile promises; a second try may get it right', () => {
    const review = { summary: 'Fine.', findings: [], verdict: 'no_objections' };
    expect(outputFailure(reviewer, answered(review))).toBeNull();
    expect(outputFailure(reviewer, answered({ ...review, verdict: 'approve' }))).toMatchObject({
      class: 'agent',
      reason: expect.stringMatching(/^The reviewer's answer is no review: verdict: /),
      retryable: true,
    });
    expect(outputFailure(reviewer, answered(undefined))).toMatchObject({ class: 'agent' });
  });

  test('only where its profile promises something', () => {
    expect(outputFailure({ ...reviewer, output: null }, executed({}))).toBeNull();
    expect(outputFailure(null, executed({}))).toBeNull();
  });
});
