/** How a run is ended from outside: canceled, by a limit, by its cap. */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { processesIn, waitForFile } from '../processes.ts';
import { runAgent } from '../run-agent.ts';
import { costOf, type Subject } from '../suite.ts';

export function endingCases({ agent, lacks }: Subject): void {
  test('canceled in a tool with a daemonised child: nobody survives two seconds', async () => {
    const beat = "trap '' TERM HUP INT; while :; do echo x > beat; sleep 0.05; done";
    const controller = new AbortController();
    let alive: string[] = [];
    let canceled = 0;
    const run = await runAgent(agent(), {
      model: {
        turns: [{ shell: `setsid sh -c "${beat}" >/dev/null 2>&1 & sleep 300` }, { say: 'never' }],
      },
      signal(folder) {
        waitForFile(join(folder, 'beat')).then(async () => {
          alive = await processesIn(folder);
          canceled = performance.now();
          controller.abort();
        }, controller.abort);
        return controller.signal;
      },
    });
    expect(performance.now() - canceled).toBeLessThan(2_000);
    expect(run.end.by).toBe('aborted');
    expect(run.finished.status).toBe('cancelled');
    expect(alive.some(line => line.includes('beat'))).toBe(true);
    // Spend is known, whatever the agent told of it.
    expect(run.report.usage).toEqual(costOf(run.requests.length, agent().dialect));
  });

  test('a tool that prints megabytes does no harm', async ({ skip }) => {
    const why = lacks('excerpts');
    skip(why !== null, why ?? '');
    const run = await runAgent(agent(), {
      model: {
        turns: [
          { shell: 'head -c 8000000 /dev/zero | tr "\\0" x' },
          { shell: 'yes gatehouse | head -n 300000' },
          { say: 'It was much.' },
        ],
      },
    });
    expect(run.finished).toMatchObject({ status: 'ok', summary: 'It was much.' });
    expect(run.journal.text().length).toBeLessThan(20_000_000);
  });

  test('an answer of a megabyte is read', async ({ skip }) => {
    const why = lacks('floods');
    skip(why !== null, why ?? '');
    const said = 'gatehouse '.repeat(2_000);
    const run = await runAgent(agent(), {
      model: {
        turns: [{ say: `${'x'.repeat(1_000_000)} ${said}`, shell: 'true' }, { say: 'done' }],
      },
    });
    expect(run.finished).toMatchObject({ status: 'ok', summary: 'done' });
  });

  test('an agent that prints more than it may is ended', async ({ skip }) => {
    const why = lacks('floods');
    skip(why !== null, why ?? '');
    const run = await runAgent(agent(), {
      limits: { outputBytes: 200_000 },
      model: { turns: [{ say: 'gatehouse '.repeat(40_000) }] },
    });
    expect(run.end.by).toBe('output_limit');
    expect(run.finished.status).toBe('limit');
  });

  test('a time limit in the middle of a stream ends it, and what passed is charged', async () => {
    const began = performance.now();
    const short = await runAgent(agent(), { model: { turns: [{ say: 'done' }] } });
    const toStart = performance.now() - began - short.ms;
    const run = await runAgent(agent(), {
      // On a busy machine some take half a minute to start.
      limits: { wallMs: 15_000 + 2 * toStart },
      model: { turns: [{ say: 'word '.repeat(4_000) }], fault: () => ({ slowMs: 200 }) },
    });
    expect(run.end.by).toBe('timeout');
    expect(run.finished.status).toBe('limit');
    const { usage } = run.report;
    expect(usage.input).toBeGreaterThan(0);
    expect(usage.output).toBeGreaterThan(0);
    expect(usage.output).toBeLessThan(2_000);
  });

  test('at its cap it gets no further answer, and ends as quota', async () => {
    const run = await runAgent(agent(), {
      tokens: 100_000,
      model: { turns: [{ shell: 'true', outputTokens: 100_000 }, { say: 'never' }] },
    });
    expect(run.finished.status).toBe('failed');
    const told = lacks('quotas') === null ? 'quota' : 'rate_limit';
    expect(run.error).toMatchObject({ class: told, fatal: true });
    expect(run.report).toMatchObject({ usage: { output: 100_000 }, modelRequests: 1 });
    expect(run.ms).toBeLessThan(60_000);
  });
}
