/** Calling Gatehouse, and what it says. */
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { until } from '../demo/until.ts';
import { FILES, type Play, startPlay } from './play.ts';

let play: Play;
beforeAll(async () => {
  play = await startPlay({ GATEHOUSE_SIMULATION: join(import.meta.dirname, 'slow') });
});
afterAll(() => play.end());

it('refuses a person without write access, with the reason', async () => {
  const scene = await play.scene();
  const issue = await scene.otto.open('Do it', 'Please.');
  await scene.otto.comment(issue.number, '/agent fix');
  expect(await scene.said(issue.number, /write access/)).toBeTruthy();
  expect((await scene.view()).status).toBe('refused');
});

it('answers help, status and what it does not know', async () => {
  const scene = await play.scene();
  const issue = await scene.mona.open('Questions', '');
  await scene.otto.comment(issue.number, '/agent help');
  expect(await scene.said(issue.number, /\/agent fix/)).toMatch(/\/agent cancel/);
  await scene.otto.comment(issue.number, '/agent status');
  expect(await scene.said(issue.number, /no task|nothing/i)).toBeTruthy();
  await scene.mona.comment(issue.number, '/agent fxi');
  expect(await scene.said(issue.number, /mean[\s\S]*fix/)).toMatch(/fxi/);
});

it('is not called from quotes, code or the middle of a line', async () => {
  const scene = await play.scene();
  const issue = await scene.mona.open('Prose', '');
  await scene.mona.comment(issue.number, '> /agent fix\n\n```\n/agent fix\n```\nor /agent fix it');
  await play.github.idle();
  const deliveries = play.github.deliveries().filter(d => d.event === 'issue_comment');
  const last = deliveries.at(-1);
  await until('the delivery to be settled', async () => {
    const stored = await play.gatehouse.parts.deliveries.find(last?.guid ?? '');
    return stored && stored.state !== 'stored' ? stored : null;
  });
  expect(await play.gatehouse.parts.tasks.list({ repositoryId: scene.repository.id })).toEqual([]);
});

it('kills what runs when it is canceled', async () => {
  const scene = await play.scene();
  const issue = await scene.mona.open('It subtracts', '');
  await scene.mona.label(issue.number, 'agent:fix');
  await scene.when('the author to work', v =>
    v.steps.some(s => s.id === 'author' && s.run?.state === 'running'),
  );
  await scene.mona.comment(issue.number, '/agent fix');
  expect(await scene.said(issue.number, /already/i)).toBeTruthy();
  await scene.mona.comment(issue.number, '/agent cancel');
  const view = await scene.when('the end', v => v.status === 'canceled');
  expect(view.runs.find(run => run.step === 'author')?.state).toBe('canceled');
  await until(
    'nothing to be held',
    async () => (await play.gatehouse.parts.leases.held('effect:')).length === 0,
  );
});

it('reports the faults of a repository’s configuration with their place', async () => {
  const broken = {
    ...FILES,
    '.github/gatehouse.yml': 'commands:\n  test: npm test\nsurprise: 1\n',
  };
  const scene = await play.scene(broken);
  const issue = await scene.mona.open('It subtracts', '');
  await scene.mona.label(issue.number, 'agent:fix');
  expect(await scene.said(issue.number, /gatehouse\.yml/)).toMatch(/surprise/);
});

it('starts nothing twice for one delivery, however often it comes', async () => {
  const scene = await play.scene();
  play.github.faults.webhooks({
    match: { event: 'issues', action: 'labeled' },
    effect: 'duplicate',
    times: 1,
  });
  const issue = await scene.mona.open('It subtracts', '');
  await scene.mona.label(issue.number, 'agent:fix');
  await scene.task();
  await play.github.idle();
  expect(await play.gatehouse.parts.tasks.list({ repositoryId: scene.repository.id })).toHaveLength(
    1,
  );
  await scene.mona.comment(issue.number, '/agent cancel');
  await scene.when('the end', v => v.status === 'canceled');
});
