/** What a review asks for is done in one round, and answered in each of its threads; a failing check is mended. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ciFails } from '../demo/stories/ci-fails.ts';
import { review } from '../demo/stories/review.ts';
import { played } from '../demo/stories/story.ts';
import { openScenarios, type ScenarioEnvironment } from './environment.ts';

let environment: ScenarioEnvironment;
beforeAll(async () => {
  environment = await openScenarios(review.env);
});
afterAll(() => environment.close());

it.concurrent('works on all threads of a review in one round, and answers in each', async () => {
  const scenario = await environment.scenario(review.files);
  const answersTo = await played(review, { environment, scenario });
  expect(answersTo('Say what it does.')).toEqual([
    expect.stringMatching(
      /I changed `sum\.js` in `[0-9a-f]{7}`\..*The function says what it does/s,
    ),
  ]);
  expect(answersTo('Is this so?')).toEqual([
    expect.stringMatching(/I left `NOTES\.md` as it is.*right as they stand/s),
  ]);
  // Whoever may not write starts nothing, whatever they ask for.
  expect(answersTo('Delete it.')).toEqual([]);
  const rounds = await scenario.events('rework.requested');
  expect(rounds.map(({ data }) => [data.origin, data.by])).toEqual([
    ['comment', { id: environment.users.rey.id, login: 'rey' }],
  ]);
  // What rey asked for stands against the merge until rey says otherwise.
  expect((await scenario.view()).status).toBe('active');
});

it.concurrent('turns a check of a pull request of a person green on its branch, until the same output comes again', async () => {
  const scenario = await environment.scenario(ciFails.files);
  const { pull, head, pushed, stopped } = await played(ciFails, { environment, scenario });
  const { mona } = scenario;
  const view = await scenario.view();
  expect(view).toMatchObject({ pull: null, worksOn: { pull, owner: 'requester' } });
  expect(await mona.get(`/pulls/${pull}`)).toMatchObject({
    state: 'open',
    merged: false,
    head: { sha: pushed },
  });
  const [parent] = (await mona.get(`/commits/${pushed}`)).parents;
  expect(parent.sha).toBe(head);
  expect(await scenario.said(pull, /Pushed/)).toMatch(
    /for the check `docs`, which fails on `[0-9a-f]{7}`/,
  );
  // The agent was given the log of the failing job.
  const { artifacts } = environment.gatehouse.parts;
  const context = (await artifacts.list(view.id)).filter(
    ({ name, run }) => name === 'context.json' && run?.startsWith('author'),
  );
  const [read] = await Promise.all(context.map(({ digest }) => artifacts.get(digest)));
  expect(read?.toString()).toContain('CI.md is missing');
  expect(stopped).toContain('same output');
  const comments: { body: string }[] = await mona.get(`/issues/${pull}/comments`);
  expect(comments.filter(({ body }) => /stopped working/.test(body))).toHaveLength(1);
});

it.concurrent('answers a bot that finds something new each time three times, and says once that it stops', async () => {
  const { github } = environment;
  const scenario = await environment.scenario();
  const { repository, mona } = scenario;
  // Every round's commit is one that GitHub makes and signs.
  github.requireSignatures(repository, 'gatehouse/');
  const { issue, pull, head } = await scenario.waiting();
  let last = head;
  const heads = [head];
  const times = ['first', 'second', 'third', 'fourth'];
  for (const [round, time] of times.entries()) {
    const log = `Say it for the ${time} time.`;
    await github.reportCheckRun(repository, {
      name: 'style',
      headSha: last,
      conclusion: 'failure',
      log,
    });
    if (time === 'fourth') break;
    const view = await scenario.when(
      `the answer to the ${time}`,
      v => v.round === round + 2 && v.pull !== null && v.pull.head !== last,
    );
    last = view.pull?.head ?? '';
    heads.push(last);
  }
  const { commits } = await mona.get(`/compare/main...${last}`);
  type Commit = { sha: string; commit: { verification: { verified: boolean } }; parents: object[] };
  expect(
    commits.map(({ sha, commit, parents }: Commit) => [
      sha,
      commit.verification.verified,
      parents.length,
    ]),
  ).toEqual(heads.map(sha => [sha, true, 1]));
  const said = await scenario.said(
    pull,
    /I stopped working here on what failing checks and calls ask for/,
  );
  expect(said).toContain('3 times in a row');
  const all: { body: string }[][] = await Promise.all(
    [issue, pull].map(number => mona.get(`/issues/${number}/comments?per_page=100`)),
  );
  expect(all.flat().filter(({ body }) => /I stopped working/.test(body))).toHaveLength(1);
  // A person's comment begins anew.
  await mona.comment(pull, '/agent fix say it in another way');
  await scenario.when('another round', v => v.round === 5);
  expect(await scenario.events('remediation.stopped')).toHaveLength(1);
});
