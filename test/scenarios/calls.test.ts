/** Nobody on GitHub asks: another system calls, or the clock, from there to the merge. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { call } from '../demo/stories/call.ts';
import { hooks } from '../demo/stories/hooks.ts';
import { schedule } from '../demo/stories/schedule.ts';
import { played } from '../demo/stories/story.ts';
import { openScenarios, type ScenarioEnvironment } from './environment.ts';

let environment: ScenarioEnvironment;
beforeAll(async () => {
  environment = await openScenarios(call.env);
});
afterAll(() => environment.close());

it('a call without an issue is worked until it is merged, once, though the process is restarted', async () => {
  const scenario = await environment.scenario(call.files);
  const { refused, made, again, told } = await played(call, { environment, scenario });
  expect(refused).toMatchObject({
    status: 422,
    json: { errors: [{ detail: 'names one of issue, title and task' }] },
  });
  expect(made).toMatchObject({ status: 201, json: { outcome: 'created' } });
  const { task } = made.json;
  expect(again).toMatchObject({ status: 200, json: { task, outcome: 'repeated' } });
  const view = await scenario.view();
  expect(view).toMatchObject({ id: task, issue: null, requester: { project: 'nightly' } });
  const pulls: { number: number; merged_at: string | null }[] =
    await scenario.mona.get('/pulls?state=all');
  expect(pulls).toMatchObject([{ number: view.pull?.number, merged_at: expect.any(String) }]);
  expect(told).toMatchObject({ task, status: 'success', pull: view.pull?.number });
});

it('what a push to the default branch schedules is done when it is due, and merged', async () => {
  const scenario = await environment.scenario(schedule.files);
  const { task, note } = await played(schedule, { environment, scenario });
  expect(note).toBe(`started task ${task}`);
  const view = await scenario.view();
  expect(view).toMatchObject({ issue: null, requester: { kind: 'repository' } });
  expect(await scenario.mona.get(`/pulls/${view.pull?.number}`)).toMatchObject({ merged: true });
});

it('hooks add steps that hold nothing up, and start three tasks in a row', async () => {
  const scenario = await environment.scenario(hooks.files);
  const { answer, first, followed } = await played(hooks, { environment, scenario });
  expect(answer).toContain('"nobody" is no endpoint that the deployment has for this repository');
  const ends = Object.fromEntries(first.steps.map(({ id, status }) => [id, status]));
  // The command of the hook is red.
  expect(ends).toMatchObject({ 'note-1': 'skipped', 'second-look-1': 'done', merge: 'done' });
  expect(followed.map(({ command, issue, status }) => [command, issue, status])).toEqual(
    Array(3).fill(['test', null, 'success']),
  );
});
