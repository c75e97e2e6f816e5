/** The time that a role's profile gives it. What it may spend: `caps.test.ts`. */
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openScenarios, type ScenarioEnvironment } from './environment.ts';
import { profilesWith } from './profiles.ts';

const WALL_MS = 1_500;

let environment: ScenarioEnvironment;
let profiles: Awaited<ReturnType<typeof profilesWith>>;
beforeAll(async () => {
  profiles = await profilesWith('author', { wallMs: WALL_MS });
  environment = await openScenarios({
    GATEHOUSE_AGENTS: profiles.folder,
    GATEHOUSE_SIMULATION: join(import.meta.dirname, 'slow'),
  });
});
afterAll(async () => {
  await environment.close();
  await profiles.remove();
});

it('ends an agent that takes longer than its profile allows, visibly and once', async () => {
  const scenario = await environment.scenario();
  const issue = await scenario.mona.open('It subtracts', 'Two and two is four.');
  await scenario.mona.label(issue.number, 'agent:fix');
  const view = await scenario.when('the end', v => v.status === 'failure');
  const runs = view.runs.filter(run => run.step === 'author');
  expect(runs).toMatchObject([{ state: 'failure', detail: 'It ran into its time limit.' }]);
  expect(runs[0]?.ms).toBeGreaterThanOrEqual(WALL_MS);
  // Its script would sleep for ten minutes.
  expect(runs[0]?.ms).toBeLessThan(WALL_MS + 10_000);
  const [finished] = (await scenario.events('run.finished')).filter(
    event => (event.data as { run: string }).run === runs[0]?.run,
  );
  expect(finished?.data).toMatchObject({ outcome: 'failure', class: 'timeout' });
  expect(await scenario.said(issue.number, /ran into its time limit/)).toBeTruthy();
  expect(await scenario.mona.get('/pulls?state=all')).toEqual([]);

  // Its journal is whole to the end.
  const { artifacts } = environment.gatehouse.parts;
  const left = await artifacts.list(view.id);
  const journal = left.find(a => a.run === runs[0]?.run && a.name === 'journal.jsonl');
  const lines = (await artifacts.get(journal?.digest ?? '')).toString().trim().split('\n');
  expect(JSON.parse(lines.at(-1) ?? '').event).toMatchObject({
    type: 'session.finished',
    status: 'limit',
    signal: 'SIGKILL',
    summary: 'The script ran into its time limit.',
  });
});
