/** Roles hand over to each other: a plan is accepted, then worked; reviews and answers stand where they were asked for. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { PolicyDecision } from '../../src/core/decision.ts';
import type { StoredEvent } from '../../src/core/event.ts';
import { plan, planned } from '../demo/stories/plan.ts';
import { played } from '../demo/stories/story.ts';
import { triage } from '../demo/stories/triage.ts';
import { viewTask } from '../demo/watch.ts';
import { openScenarios, type ScenarioEnvironment } from './environment.ts';

let environment: ScenarioEnvironment;
beforeAll(async () => {
  environment = await openScenarios(plan.env);
});
afterAll(() => environment.close());

const fieldsOf = (events: StoredEvent[]) =>
  events.flatMap(({ data }) => {
    const { handover } = data as { handover?: { schema: string; fields: object } | null };
    // What was installed before is not installed again.
    return handover && (data as { run: string }).run !== 'prepare-1-1'
      ? [[handover.schema, handover.fields]]
      : [];
  });

it('works an issue by the plan that a person accepted', async () => {
  const scenario = await environment.scenario(plan.files);
  const { plan: shown, asked } = await played(plan, { environment, scenario });
  expect(shown).toContain('- Are negative numbers meant as well?');
  expect(shown).toContain('- Add instead of subtracting. (`sum.js`)');
  // What an agent wrote notifies nobody, hides nothing, and closes nothing.
  expect(shown).toContain('`@octocat`');
  expect(shown).toContain('&lt;!-- hidden');
  expect(asked).toContain('to work by the plan');
  expect(asked).toContain(
    'Questions that the plan asks: 1. Answer in a comment before you approve: whoever works by the plan reads it.',
  );
  const view = await scenario.view();
  // It goes on from the plan of the task before, which is data to its agents.
  expect(view.steps.map(({ id }) => id)).toEqual([
    'architect',
    'prepare',
    'author',
    'test',
    'review',
    'publish',
    'show-review',
    'merge',
  ]);
  expect(fieldsOf(await scenario.events('run.produced'))).toEqual([
    ['architecture.v1', { decisions: 1, files: 1 }],
    ['change.v1', { answers: 'task', files: 1, added: 1, removed: 1 }],
    ['command.v1', { ok: true, exitCode: 0, problems: 0, tests: null }],
    ['review.v1', { verdict: 'should_not_merge', findings: 1, blocking: 1 }],
    ['change.v1', { answers: 'task', files: 1, added: 1, removed: 1 }],
    ['command.v1', { ok: true, exitCode: 0, problems: 0, tests: null }],
    ['review.v1', { verdict: 'has_concerns', findings: 2, blocking: 0 }],
  ]);
  const { artifacts, tasks } = environment.gatehouse.parts;
  const [, before] = await tasks.list({ repositoryId: scenario.repository.id });
  const [created] = await scenario.events('task.created');
  expect(created?.data.plan).toMatchObject({ task: before?.id, schema: 'plan.v1' });
  const read = (await artifacts.list(view.id)).find(
    ({ run, name }) => run === 'architect-1-1' && name === 'context.json',
  );
  expect((await artifacts.get(read?.digest ?? '')).toString()).toContain(
    'Add instead of subtracting.',
  );
  // Findings stand on the lines that the pull request shows, the others in the review itself.
  const pull = `/pulls/${view.pull?.number}`;
  const reviews = await scenario.mona.get(`${pull}/reviews`);
  expect(reviews).toMatchObject([{ state: 'COMMENTED', commit_id: view.pull?.head }]);
  expect(reviews[0].body).toContain('`test.js:2`: **Note.** One case is few.');
  const comments = await scenario.mona.get(`${pull}/comments`);
  expect(comments).toMatchObject([{ path: 'sum.js', line: 1, side: 'RIGHT' }]);
  expect(comments[0].body).toBe('**Warning.** It has no type. `@octocat`');
});

it('does nothing by a plan that a person denied', async () => {
  const scenario = await environment.scenario();
  const number = await planned(scenario, 'implement');
  await scenario.rey.comment(number, '/agent deny Subtract it is.');
  const view = await scenario.when('the end', v => v.status === 'failure');
  expect(view.reason).toBe('clarify: rey denied the plan: Subtract it is.');
  expect(view.runs.map(({ step }) => step)).toEqual(['plan', 'show-plan', 'clarify']);
  expect(await scenario.said(number, /Denied/)).toContain('to work by the plan');
});

it("reviews a person's pull request on its lines, also one of a fork, and answers questions", async () => {
  const { github, users } = environment;
  const scenario = await environment.scenario();
  const fork = await github.forkRepository(scenario.repository, users.otto);
  const text = 'export const sum = (a, b) => a - b - 0;\n';
  const change = { branch: 'topic', changes: { 'sum.js': text }, message: 'Begin' };
  const sha = await github.push(fork, { ...change, author: users.otto });
  const opened = { title: 'From outside', head: 'otto:topic', base: 'main' };
  const { number } = await scenario.otto.request('POST', '/pulls', opened);
  await scenario.otto.comment(number, '/agent review');
  await scenario.said(number, /it takes the role `write`/);
  await scenario.mona.comment(number, '/agent review look at the types');
  const view = await scenario.when(
    'the end',
    v => v.command === 'review' && v.status === 'success',
  );
  expect(view).toMatchObject({ pull: null, worksOn: { fork: true, pushed: null } });
  const reviews = await scenario.mona.get(`/pulls/${number}/reviews`);
  expect(reviews).toMatchObject([{ state: 'COMMENTED', commit_id: sha }]);
  expect(await scenario.mona.get(`/pulls/${number}/comments`)).toMatchObject([
    { path: 'sum.js', line: 1 },
  ]);
  // One review of one head, unless another one is asked for.
  await scenario.mona.comment(number, '/agent review');
  const known = await scenario.said(number, /is of the present head/);
  expect(known).toContain(`[My review](#pullrequestreview-${reviews[0].id})`);
  expect(known).toContain(sha.slice(0, 12));
  expect(await scenario.mona.get(`/pulls/${number}/reviews`)).toHaveLength(1);
  await scenario.mona.comment(number, '/agent explain why it subtracts');
  const answer = await scenario.said(number, /where it should add/);
  await scenario.when('the end', v => v.command === 'explain' && v.status === 'success');
  expect(answer).toContain('See `sum.js:1`.');
  await scenario.mona.comment(number, '/agent plan It subtracts');
  await scenario.said(number, /### Plan/);
  await scenario.said(number, /Approval is needed/);
  await scenario.rey.comment(number, '/agent approve');
  await scenario.when('the end', v => v.command === 'plan' && v.status === 'success');
  // What it wrote is no command, notifies nobody, and changed nothing.
  expect(answer).toContain('`@octocat`');
  expect((await scenario.mona.get(`/pulls/${number}`)).head.sha).toBe(sha);
});

it('triages what strangers open: their text sets no label that is not listed, and starts nothing', async () => {
  const scenario = await environment.scenario(triage.files);
  const { asked, tricked, said } = await played(triage, { environment, scenario });
  expect(said).toContain('**Please say**\n\n- Which numbers did you add?');
  expect(said).toContain('- Add instead of subtracting, in `sum.js`.');
  expect(said).toContain('by `/agent implement`');
  const labels = async (of: number) =>
    (await scenario.mona.get(`/issues/${of}/labels`)).map(({ name }: { name: string }) => name);
  expect(await labels(asked)).toEqual(['Bug']);
  expect(await labels(tricked)).toEqual([]);

  const rows = await environment.gatehouse.parts.tasks.list({
    repositoryId: scenario.repository.id,
  });
  expect(rows.map(({ issue }) => issue)).toEqual([tricked, asked]);
  const [last, first] = await Promise.all(rows.map(({ id }) => viewTask(environment, id)));
  expect(first).toMatchObject({
    command: 'triage',
    pull: null,
    taint: [{ by: { login: 'otto' } }],
  });
  expect(last?.steps).toMatchObject([
    { id: 'triage', status: 'done' },
    { id: 'label', status: 'skipped' },
    { id: 'show-triage', status: 'done' },
  ]);
  const decisions = (await scenario.events('policy.decided')).map(
    ({ data }) => (data as { decision: PolicyDecision }).decision,
  );
  expect(decisions.filter(({ outcome }) => outcome === 'deny')).toMatchObject([
    { action: 'issue.label', resource: 'Bug, agent:fix', policies: ['label-never-reserved'] },
  ]);
});
