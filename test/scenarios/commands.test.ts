/** Calling Gatehouse, and what it says. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { command } from '../demo/stories/command.ts';
import { played } from '../demo/stories/story.ts';
import { until } from '../demo/until.ts';
import { FILES, openScenarios, type ScenarioEnvironment } from './environment.ts';

let environment: ScenarioEnvironment;
beforeAll(async () => {
  environment = await openScenarios(command.env);
});
afterAll(() => environment.close());

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

it('refuses, pauses, goes on, and within two seconds kills what runs, with what that left running apart', async () => {
  const scenario = await environment.scenario(command.files);
  const { refusal, pausing, tookMs, lateMs } = await played(command, { environment, scenario });
  expect(refusal).toContain('`otto`');
  expect(pausing).toContain('What is running is let end: `prepare`.');
  // A machine that is late with everything may be late with this as well.
  expect(tookMs).toBeLessThan(2_000 + 5 * lateMs);
  const { id: repositoryId } = scenario.repository;
  expect(await environment.gatehouse.parts.tasks.list({ repositoryId })).toHaveLength(1);
  const { runs } = await scenario.view();
  expect(runs.find(run => run.step === 'prepare')?.state).toBe('canceled');
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
