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
