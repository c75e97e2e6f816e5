/** A provider in trouble: each failure has its class, ends soon and costs what it cost. */
import { expect, test } from 'vitest';
import { TURN_USAGE } from '../../model/answer.ts';
import { runAgent } from '../run-agent.ts';
import { costOf, type Subject } from '../suite.ts';

/** An agent that goes on asking a provider in trouble is a fault of its adapter. */
const SOON_MS = 60_000;
const SAID = 'word '.repeat(40);

export function providerCases({ agent, lacks }: Subject): void {
  const turns = [{ say: SAID }];

  test.each([
    { status: 401, class: 'auth' },
    // Whoever may not be asked for hours is not waited for: the next of the chain is asked.
    { status: 429, class: 'rate_limit', retryAfter: 7_200 },
    { status: 500, class: 'server' },
  ])('$status is $class, at no cost and soon', async expected => {
    const run = await runAgent(agent(), { model: { turns, fault: () => expected } });
    expect(run.finished.status).toBe('failed');
    expect(run.error).toMatchObject({ class: expected.class, fatal: true });
    const { length } = run.requests;
    expect(length).toBeGreaterThan(0);
    expect(run.report).toEqual({
      usage: costOf(0, agent().dialect),
      modelRequests: length,
      failures: { [expected.status]: length },
      lastCall: { class: expected.class, message: expect.any(String) },
      refused: [],
      unreached: [],
    });
    expect(run.ms).toBeLessThan(SOON_MS);
  });

  test('a provider that is down ends it soon', async () => {
    const run = await runAgent(agent(), { model: { turns }, upstream: 'http://127.0.0.1:1' });
    expect(run.finished.status).toBe('failed');
    expect(run.error).toMatchObject({ fatal: true });
    expect(['server', 'transport']).toContain(run.error?.class);
    expect(run.report).toMatchObject({
      usage: costOf(0, agent().dialect),
      failures: { 502: run.report.modelRequests },
    });
    expect(run.ms).toBeLessThan(SOON_MS);
  });

  test('a stream that is always cut is transport, and what passed is charged', async () => {
    const run = await runAgent(agent(), { model: { turns, fault: () => ({ cutAfter: 20 }) } });
    expect(run.finished.status).toBe('failed');
    expect(run.error).toMatchObject({ class: 'transport', fatal: true });
    const { usage, modelRequests } = run.report;
    expect(modelRequests).toBe(run.requests.length);
    expect(usage.input).toBeGreaterThan(0);
    // About 18 words of five characters in each, which are counted as a token for three characters.
    expect(usage.output).toBeGreaterThanOrEqual(26 * modelRequests);
    expect(usage.output).toBeLessThanOrEqual(36 * modelRequests);
    expect(run.ms).toBeLessThan(SOON_MS);
  });

  test('a stream that is cut once is asked again, and both are charged', async ({ skip }) => {
    const why = lacks('second tries');
    skip(why !== null, why ?? '');
    const run = await runAgent(agent(), {
      model: { turns, fault: index => (index === 0 ? { cutAfter: 20 } : null) },
    });
    expect(run.finished.status).toBe('ok');
    expect(run.finished.summary.trim()).toBe(SAID.trim());
    expect(run.report.usage.output).toBeGreaterThanOrEqual(TURN_USAGE.output + 20);
  });

  test('a slow stream is waited for', async () => {
    const run = await runAgent(agent(), { model: { turns, fault: () => ({ slowMs: 20 }) } });
    expect(run.finished.status).toBe('ok');
    expect(run.report.usage).toEqual(costOf(run.requests.length, agent().dialect));
  });
}
