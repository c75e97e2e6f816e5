/** Without real agents or a script, Gatehouse only says what it would do. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Play, startPlay } from './play.ts';

let play: Play;
beforeAll(async () => {
  play = await startPlay({});
});
afterAll(() => play.end());

it('opens nothing, and reports what it would do', async () => {
  const scene = await play.scene();
  const issue = await scene.mona.open('It subtracts', 'Two and two is four.');
  await scene.mona.label(issue.number, 'agent:fix');
  const view = await scene.when('the end', v => v.status === 'success');
  expect(view.mode).toBe('dry_run');
  expect(await scene.said(issue.number, /dry run/i)).toBeTruthy();
  expect(await scene.mona.get('/pulls?state=all')).toEqual([]);
  expect(await scene.mona.get('/branches')).toHaveLength(1);
});
