/** Two processes with state folders of their own on one database: what a killed one was at moves. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  type Environment,
  run,
  type Scene,
  type Started,
  setScene,
  startCommand,
} from '../cli/scene.ts';
import { until } from '../demo/until.ts';
import { childOf } from './machines.ts';

let scene: Scene;
let serve: Started;
let other: Environment;
beforeAll(async () => {
  scene = await setScene();
  // Its artifacts are in a folder of both, its database is the one that `serve` brings.
  const artifacts = join(scene.home, 'artifacts');
  const socket = encodeURIComponent(join(scene.home, 'state/postgres/socket'));
  await mkdir(join(scene.home, 'other'));
  scene.env.GATEHOUSE_ARTIFACTS = artifacts;
  // Most runs are the other's as long as it lives.
  serve = startCommand(['serve'], { ...scene.env, GATEHOUSE_CONCURRENCY: '1' });
  await serve.says('Gatehouse listens');
  other = {
    ...scene.env,
    GATEHOUSE_STATE_DIR: join(scene.home, 'other'),
    DATABASE_URL: `postgres://gatehouse@localhost/postgres?host=${socket}`,
  };
});
afterAll(async () => {
  await serve.stop();
  await scene.strike();
});

it('a run whose worker was killed is done by another, once', async () => {
  const worker = startCommand(['worker'], other);
  await worker.says('Gatehouse works');
  const issues = await Promise.all(
    ['one', 'two', 'three'].map(title => scene.mona.open(title, 'Two and two is four.')),
  );
  for (const { number } of issues) await scene.mona.label(number, 'agent:fix');
  await worker.says('"run":"author-1-1"');
  // The program itself: the bootstrap in front of it would ask it to end.
  process.kill(await childOf(worker.child), 'SIGKILL');
  expect((await worker.ended).code).toBe('SIGKILL');
  await until(
    'a pull request for each',
    async () => (await scene.mona.get('/pulls?state=all')).length === issues.length,
    45_000,
  );
  const rows = JSON.parse((await run(['status', '--all', '--json'], scene.env)).stdout);
  const tasks = await Promise.all(
    rows.map(async ({ id }: { id: string }) =>
      JSON.parse((await run(['status', id, '--json'], scene.env)).stdout),
    ),
  );
  const attempts = tasks.flatMap(({ runs }) =>
    runs.filter((run: { step: string }) => run.step === 'author'),
  );
  expect(attempts.map(({ state }) => state)).toContain('failure');
  expect(attempts.filter(({ state }) => state === 'success')).toHaveLength(issues.length);
}, 60_000);
