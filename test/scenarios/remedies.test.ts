/** What a review asks for is done in one round, and answered in each of its threads. */
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { until } from '../demo/until.ts';
import { FILES, openScenarios, type ScenarioEnvironment } from './environment.ts';

let environment: ScenarioEnvironment;
beforeAll(async () => {
  environment = await openScenarios({
    GATEHOUSE_SIMULATION: join(import.meta.dirname, 'remedies'),
  });
});
afterAll(() => environment.close());

const WITH_REVIEWS = {
  ...FILES,
  '.github/gatehouse.yml': `${FILES['.github/gatehouse.yml']}  reviews: true\n`,
};

it.concurrent('works on all threads of a review in one round, and answers in each', async () => {
  const scenario = await environment.scenario(WITH_REVIEWS);
  const { pull } = await scenario.waiting();
  const review = (by: typeof scenario.rey, comments: object[]) =>
    by.request('POST', `/pulls/${pull}/reviews`, {
      event: 'REQUEST_CHANGES',
      body: 'Two remarks.',
      comments,
    });
  // Whoever may not write starts nothing, whatever they ask for.
  await review(scenario.otto, [{ path: 'sum.js', line: 1, body: 'Delete it.' }]);
  await review(scenario.rey, [
    { path: 'sum.js', line: 1, body: 'Say what it does.' },
    { path: 'NOTES.md', line: 1, body: 'Is this so?' },
  ]);
  type Comment = { id: number; body: string; path: string; in_reply_to_id?: number };
  const threads = await until('an answer in both threads', async () => {
    const comments: Comment[] = await scenario.mona.get(`/pulls/${pull}/comments`);
    const answers = comments.filter(({ in_reply_to_id }) => in_reply_to_id !== undefined);
    return answers.length >= 2 && { comments, answers };
  });
  const answerTo = (body: string) => {
    const asked = threads.comments.find(comment => comment.body === body);
    return threads.answers.filter(({ in_reply_to_id }) => in_reply_to_id === asked?.id);
  };
  expect(answerTo('Say what it does.').map(({ body }) => body)).toEqual([
    expect.stringMatching(
      /I changed `sum\.js` in `[0-9a-f]{7}`\..*The function says what it does/s,
    ),
  ]);
  expect(answerTo('Is this so?').map(({ body }) => body)).toEqual([
    expect.stringMatching(/I left `NOTES\.md` as it is.*right as they stand/s),
  ]);
  expect(answerTo('Delete it.')).toEqual([]);
  const rounds = await scenario.events('rework.requested');
  expect(rounds.map(({ data }) => [data.origin, data.by])).toEqual([
    ['comment', { id: environment.users.rey.id, login: 'rey' }],
  ]);
  // What rey asked for stands against the merge until rey says otherwise.
  expect((await scenario.view()).status).toBe('active');
});

it.concurrent('turns a check of a pull request of a person green on its branch, until the same output comes again', async () => {
  const { github, users } = environment;
  const scenario = await environment.scenario({
    ...FILES,
    '.github/gatehouse.yml': `${FILES['.github/gatehouse.yml']}  pulls: true\n`,
  });
  const { repository, mona } = scenario;
  const head = await github.push(repository, {
    branch: 'topic',
    changes: { 'sum.js': 'export const sum = (a, b) => a + b;\n' },
    message: 'Add',
    author: users.mona,
  });
  const opened = { title: 'It adds', body: 'At last.', head: 'topic', base: 'main' };
  const { number } = await mona.request('POST', '/pulls', opened);
  const log = 'CI.md is missing\n';
  const fails = (headSha: string) =>
    github.reportCheckRun(repository, { name: 'docs', headSha, conclusion: 'failure', log });
  await fails(head);
  const view = await scenario.when('the end', v => v.status === 'success');
  expect(view).toMatchObject({ pull: null, worksOn: { pull: number, owner: 'requester' } });
  const after = await mona.get(`/pulls/${number}`);
  expect(after).toMatchObject({
    state: 'open',
    merged: false,
    head: { sha: view.worksOn?.pushed },
  });
  const [parent] = (await mona.get(`/commits/${after.head.sha}`)).parents;
  expect(parent.sha).toBe(head);
  expect(await scenario.said(number, /Pushed/)).toMatch(
    /for the check `docs`, which fails on `[0-9a-f]{7}`/,
  );
  // The agent was given the log of the failing job.
  const artifacts = await environment.gatehouse.parts.artifacts.list(view.id);
  const context = artifacts.filter(
    ({ name, run }) => name === 'context.json' && run?.startsWith('author'),
  );
  const [read] = await Promise.all(
    context.map(({ digest }) => environment.gatehouse.parts.artifacts.get(digest)),
  );
  expect(read?.toString()).toContain('CI.md is missing');
  await fails(after.head.sha);
  expect(await scenario.said(number, /I stopped working on failing checks/)).toContain(
    'same output',
  );
  const comments: { body: string }[] = await mona.get(`/issues/${number}/comments`);
  expect(comments.filter(({ body }) => /stopped working/.test(body))).toHaveLength(1);
  expect((await scenario.view()).id).toBe(view.id);
});
