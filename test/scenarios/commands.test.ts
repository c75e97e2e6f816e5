/** Calling Gatehouse, and what it says. */
import { randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { until } from '../demo/until.ts';
import { FILES, openScenarios, type ScenarioEnvironment } from './environment.ts';

let environment: ScenarioEnvironment;
beforeAll(async () => {
  environment = await openScenarios({ GATEHOUSE_SIMULATION: join(import.meta.dirname, 'slow') });
});
afterAll(() => environment.close());

/** How many processes of this machine have the mark as an argument of their own. */
async function processesWith(mark: string): Promise<number> {
  const ids = (await readdir('/proc')).filter(name => /^\d+$/.test(name));
  const lines = await Promise.all(
    ids.map(id => readFile(`/proc/${id}/cmdline`, 'utf8').catch(() => '')),
  );
  return lines.filter(line => line.split('\0').includes(mark)).length;
}

it('refuses a person without write access, with the role that it takes', async () => {
  const scenario = await environment.scenario();
  const issue = await scenario.otto.open('Do it', 'Please.');
  await scenario.otto.comment(issue.number, '/agent fix');
  expect(await scenario.said(issue.number, /it takes the role `write`/)).toContain('`otto`');
  const { id: repositoryId } = scenario.repository;
  expect(await environment.gatehouse.parts.tasks.list({ repositoryId })).toEqual([]);
});

it('answers help, status and what it does not know', async () => {
  const scenario = await environment.scenario();
  const issue = await scenario.mona.open('Questions', '');
  await scenario.otto.comment(issue.number, '/agent help');
  expect(await scenario.said(issue.number, /\/agent fix/)).toMatch(/\/agent cancel/);
  await scenario.otto.comment(issue.number, '/agent status');
  expect(await scenario.said(issue.number, /no task|nothing/i)).toBeTruthy();
  await scenario.mona.comment(issue.number, '/agent fxi');
  expect(await scenario.said(issue.number, /mean[\s\S]*fix/)).toMatch(/fxi/);
});

it('is not called from quotes, code or the middle of a line', async () => {
  const scenario = await environment.scenario();
  const issue = await scenario.mona.open('Prose', '');
  await scenario.mona.comment(
    issue.number,
    '> /agent fix\n\n```\n/agent fix\n```\nor /agent fix it',
  );
  await environment.github.idle();
  const deliveries = environment.github.deliveries().filter(d => d.event === 'issue_comment');
  const last = deliveries.at(-1);
  await until('the delivery to be settled', async () => {
    const stored = await environment.gatehouse.parts.deliveries.find(last?.guid ?? '');
    return stored && stored.state !== 'stored' ? stored : null;
  });
  expect(
    await environment.gatehouse.parts.tasks.list({ repositoryId: scenario.repository.id }),
  ).toEqual([]);
});

it('pauses, goes on, and within two seconds kills what runs, with what that left running apart', async () => {
  const mark = `apart-${randomUUID()}`;
  const scenario = await environment.scenario({
    ...FILES,
    'install.js': `import { spawn } from 'node:child_process';
spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)', '${mark}'], { detached: true, stdio: 'ignore' }).unref();
setInterval(() => {}, 1000);
`,
    '.github/gatehouse.yml':
      'commands:\n  test: [node, test.js]\n  install: [node, install.js]\nremediate: { ci: true }\n',
  });
  const issue = await scenario.mona.open('It subtracts', '');
  await scenario.mona.label(issue.number, 'agent:fix');
  await scenario.when('the install to work', v =>
    v.steps.some(s => s.id === 'prepare' && s.run?.state === 'running'),
  );
  await until('what it left running', async () => (await processesWith(mark)) > 0);
  await scenario.mona.comment(issue.number, '/agent fix');
  expect(await scenario.said(issue.number, /already/i)).toBeTruthy();
  await scenario.mona.label(issue.number, 'agent:pause');
  expect(await scenario.said(issue.number, /^[\s\S]*Paused: nothing more begins/)).toContain(
    'What is running is let end: `prepare`.',
  );
  await scenario.said(issue.number, /is paused: .* Paused by mona: /);
  await scenario.mona.comment(issue.number, '/agent resume');
  await scenario.said(issue.number, /I am going on\./);

  const delays = monitorEventLoopDelay({ resolution: 10 });
  delays.enable();
  await scenario.mona.comment(issue.number, '/agent cancel');
  const from = performance.now();
  await until('its processes to be gone', async () => (await processesWith(mark)) === 0);
  const tookMs = performance.now() - from;
  delays.disable();
  // A machine that is late with everything may be late with this as well.
  expect(tookMs).toBeLessThan(2_000 + 5 * (delays.max / 1e6));
  await scenario.said(issue.number, /I am stopping the work here/);
  const view = await scenario.when('the end', v => v.status === 'canceled');
  expect(view.runs.find(run => run.step === 'prepare')?.state).toBe('canceled');
  await until(
    'nothing to be held',
    async () => (await environment.gatehouse.parts.leases.held('effect:')).length === 0,
  );
});

it('reports the faults of a repository’s configuration with their place', async () => {
  const broken = {
    ...FILES,
    '.github/gatehouse.yml': 'commands:\n  test: npm test\nsurprise: 1\n',
  };
  const scenario = await environment.scenario(broken);
  const issue = await scenario.mona.open('It subtracts', '');
  await scenario.mona.label(issue.number, 'agent:fix');
  expect(await scenario.said(issue.number, /gatehouse\.yml/)).toMatch(/surprise/);
});

it('starts nothing twice for one delivery, however often it comes', async () => {
  const scenario = await environment.scenario();
  environment.github.faults.webhooks({
    match: { event: 'issues', action: 'labeled' },
    effect: 'duplicate',
    times: 1,
  });
  const issue = await scenario.mona.open('It subtracts', '');
  await scenario.mona.label(issue.number, 'agent:fix');
  await scenario.task();
  await environment.github.idle();
  expect(
    await environment.gatehouse.parts.tasks.list({ repositoryId: scenario.repository.id }),
  ).toHaveLength(1);
  await scenario.mona.comment(issue.number, '/agent cancel');
  await scenario.when('the end', v => v.status === 'canceled');
});
