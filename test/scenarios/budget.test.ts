/** The time that a role's profile gives it. What it may spend is tried with a real agent. */
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Play, startPlay } from './play.ts';
import { profilesWith } from './profiles.ts';

const WALL_MS = 1_500;

let play: Play;
let profiles: Awaited<ReturnType<typeof profilesWith>>;
beforeAll(async () => {
  profiles = await profilesWith('author', { wallMs: WALL_MS });
  play = await startPlay({
    GATEHOUSE_AGENTS: profiles.folder,
    GATEHOUSE_SIMULATION: join(import.meta.dirname, 'slow'),
  });
});
afterAll(async () => {
  await play.end();
  await profiles.remove();
});

it('ends an agent that takes longer than its profile allows, visibly and once', async () => {
  const scene = await play.scene();
  const issue = await scene.mona.open('It subtracts', 'Two and two is four.');
  await scene.mona.label(issue.number, 'agent:fix');
  const view = await scene.when('the end', v => v.status === 'failure');
  const runs = view.runs.filter(run => run.step === 'author');
  expect(runs).toMatchObject([{ state: 'failure', detail: 'It ran into its time limit.' }]);
  expect(runs[0]?.ms).toBeGreaterThanOrEqual(WALL_MS);
  // Its script would sleep for ten minutes.
  expect(runs[0]?.ms).toBeLessThan(WALL_MS + 10_000);
  const [finished] = (await scene.events('run.finished')).filter(
    event => (event.data as { run: string }).run === runs[0]?.run,
  );
  expect(finished?.data).toMatchObject({ outcome: 'failure', class: 'timeout' });
  expect(await scene.said(issue.number, /ran into its time limit/)).toBeTruthy();
  expect(await scene.mona.get('/pulls?state=all')).toEqual([]);

  // Its journal is whole to the end.
  const { artifacts } = play.gatehouse.parts;
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
