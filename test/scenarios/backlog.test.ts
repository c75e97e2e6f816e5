/** A backlog is played: sub-issues that block each other, and a file, until all of it is merged. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import type { Services } from '../../src/cli/services.ts';
import { createServices } from '../../src/compose.ts';
import { backlogStream } from '../../src/core/stream.ts';
import { loadFolded } from '../../src/engine/handle.ts';
import { asBacklog } from '../../src/engine/streams.ts';
import { startDatabase } from '../adapters/store/database.ts';
import { runProgram } from '../cli/run-program.ts';
import { backlogOf, CONFIG, MANUAL } from '../demo/stories/backlog.ts';
import { played } from '../demo/stories/story.ts';
import { until } from '../demo/until.ts';
import { viewTask } from '../demo/watch.ts';
import { judge } from '../prove/work/judge.ts';
import { openScenarios, type ScenarioEnvironment } from './environment.ts';
import { serveHere } from './gatehouse.ts';

/** What `npm run prove:work` plays, with fewer tasks. */
const twin = backlogOf(1, 5);
let environment: ScenarioEnvironment;
/** The operator's shell, beside the process that works. */
let operator: Services;
beforeAll(async () => {
  const database = await startDatabase();
  environment = await openScenarios(twin.env, null, (settings, changed) => {
    operator = createServices({ ...settings, DATABASE_URL: database.url });
    return serveHere(settings, changed, database);
  });
});
afterAll(() => environment.close());

async function state(repository: { id: number }, tracking: number) {
  const stream = backlogStream(repository.id, tracking);
  return asBacklog(await loadFolded(environment.gatehouse.parts.log, stream)).state;
}

it('works sub-issues in an order that respects what blocks them, after a person said yes', async () => {
  const { mona, repository, said } = await environment.scenario(MANUAL);
  const parent = await mona.open('Write the manual', '');
  const pages: { id: number; number: number }[] = [];
  for (const name of ['first', 'second', 'third']) {
    const page = await mona.open(`The ${name} page`, '');
    await mona.request('POST', `/issues/${parent.number}/sub_issues`, { sub_issue_id: page.id });
    pages.push(page);
  }
  const [first, second, third] = pages;
  if (!first || !second || !third) throw new Error('there are three pages');
  await mona.request('POST', `/issues/${second.number}/dependencies/blocked_by`, {
    issue_id: first.id,
  });
  await mona.comment(parent.number, '/agent play');
  const planned = await said(parent.number, /Nothing has begun yet/);
  expect(planned).toContain('flowchart LR');
  expect(await mona.get('/pulls')).toEqual([]);
  await mona.comment(parent.number, '/agent approve');
  const ended = await said(parent.number, /All of this is done/);
  expect(ended).toMatch(/\| `\d+` \| The second page \| merged \| #\d+ \| 1 \|/);
  const { items } = await state(repository, parent.number);
  expect(items.map(({ status }) => status)).toEqual(['merged', 'merged', 'merged']);
  const [before, after] = items;
  expect(after?.startedAt && before?.endedAt && after.startedAt >= before.endedAt).toBe(true);
  for (const { number } of pages)
    expect(await mona.get(`/issues/${number}`)).toMatchObject({ state: 'closed' });
  await said(parent.number, /\*\*Gatehouse\*\* is done: Write the manual — 3 of 3 done/);
});

it('works all but what is canceled, in order and nothing twice, though the process is killed', async () => {
  const place = { environment, scenario: await environment.scenario(twin.files) };
  const worked = await played(twin, place);
  const { counts, faults } = await judge(place, worked);
  expect(faults).toEqual([]);
  expect(counts).toMatchObject({ merged: 4, canceled: 1, pulls: 4 });
});

const BACKLOG = (repository: string) => `repository: ${repository}
title: The manual
concurrency: 2
tasks:
  - { id: first, title: The first page }
  - { id: broken, title: The broken page, acceptance: [It is mended.] }
  - { id: second, title: The second page, needs: [first, broken] }
  - { id: given-up, title: The third page, needs: [second] }
  - { id: lost, title: A page that nobody can write, needs: [second] }
`;

/** As at a shell; the file is kept for the test. */
async function submitted(text: string) {
  const folder = await mkdtemp(join(tmpdir(), 'gh-backlog-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, 'backlog.yaml');
  await writeFile(file, text);
  const shell = async (...args: string[]) =>
    JSON.parse((await runProgram([...args, '--json'], operator)).out);
  return { shell, submit: (...options: string[]) => shell('submit', file, ...options) };
}

it('works a file that the operator submits; one is remedied, one is canceled, one fails and is given up', async () => {
  const files = { ...MANUAL, '.github/gatehouse.yml': `${CONFIG}backlogs: { confirm: false }\n` };
  const { mona, repository, said } = await environment.scenario(files);
  const { shell, ...operated } = await submitted(BACKLOG(repository.fullName));
  const submit = () => operated.submit('--key', 'the manual');
  const { backlog, tracking: number } = await submit();
  // The issue is one of ours, and the same backlog begins once.
  expect(await mona.get(`/issues/${number}`)).toMatchObject({ user: { type: 'Bot' } });
  expect(await submit()).toMatchObject({ outcome: 'repeated', backlog, tracking: number });
  await said(number, /\*\*Gatehouse\*\* works: The manual — 0 of 5 done/);
  const [listed] = (await shell('list', '--repository', repository.fullName)).backlogs;
  expect(listed).toMatchObject({ id: backlog, status: 'active', title: 'The manual' });
  await shell('cancel', `backlog/${backlog}`, 'given-up');
  await said(number, /Nothing goes on until somebody decides about `lost`/);
  const { items } = await state(repository, number);
  expect(items.map(({ id, status }) => [id, status])).toEqual([
    ['first', 'merged'],
    ['broken', 'merged'],
    ['second', 'merged'],
    ['given-up', 'canceled'],
    ['lost', 'failed'],
  ]);
  await expect(shell('retry', `backlog/${backlog}`, 'first')).rejects.toThrow(/is merged/);
  expect(await shell('status', `backlog/${backlog}`)).toMatchObject({ stuckOn: ['lost'] });
  await mona.comment(number, '/agent cancel lost');
  const end = await until('the end', async () => {
    const now = await state(repository, number);
    return now.status === 'success' ? now : null;
  });
  expect(end.items.at(-1)).toMatchObject({ status: 'canceled', attempt: 1 });
  await said(number, /1 of|3 of 5 done, 2 canceled/);
});

it('taints what is made of a file that nobody trusted wrote', async () => {
  const files = { ...MANUAL, '.github/gatehouse.yml': `${CONFIG}backlogs: { confirm: false }\n` };
  const { repository } = await environment.scenario(files);
  const { submit } = await submitted(
    `repository: ${repository.fullName}\ntitle: Notes\ntasks: [{ id: first, title: The first page }]\n`,
  );
  const { tracking } = await submit('--untrusted');
  const task = await until(
    'its task',
    async () => (await state(repository, tracking)).items[0]?.task,
  );
  const view = await viewTask(environment, task);
  expect(view.taint).toEqual([
    { source: 'the text of a call', by: null, reason: expect.stringMatching(/is not trusted\.$/) },
  ]);
});

it('says with its line what is wrong with a file', async () => {
  const files = {
    ...MANUAL,
    'plan.yaml':
      'title: X\ntasks:\n  - { id: a, title: A, needs: [b] }\n  - { id: b, title: B, needs: [a] }\n',
  };
  const { mona, said } = await environment.scenario(files);
  const { number } = await mona.open('Play it', '');
  await mona.comment(number, '/agent play plan.yaml');
  const told = await said(number, /circle/);
  expect(told).toContain('line 3: tasks.0.needs: tasks need each other in a circle: a → b → a');
});
