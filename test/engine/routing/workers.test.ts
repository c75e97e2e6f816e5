/** A role that asks for a label, two workers on one database: the run is worked on where the label is. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { detectToolchain } from '../../../src/adapters/toolchain/detect.ts';
import { runOf } from '../../../src/core/task/state/state.ts';
import { viewOf } from '../../../src/core/task/views/view.ts';
import { createEngine } from '../../../src/engine/engine.ts';
import { loadFolded } from '../../../src/engine/handle.ts';
import { performEffect } from '../../../src/engine/perform/perform.ts';
import { reportWorker } from '../../../src/engine/routing/report-worker.ts';
import { asTask } from '../../../src/engine/streams.ts';
import { created, decided, ran } from '../../core/task/given.ts';
import { until } from '../../demo/until.ts';
import { beginTask } from '../begin.ts';
import { REPOSITORY } from '../github.ts';
import { openServices, type TestServices } from '../test-services.ts';

let plain: TestServices;
let gpu: TestServices;
beforeAll(async () => {
  plain = await openServices();
  const { binds, path } = await detectToolchain(process.env, []);
  const author = plain.profiles.get('author');
  if (!author) throw new Error('there is no author');
  Object.assign(plain, { profiles: new Map([['author', { ...author, 'runs-on': ['gpu'] }]]) });
  Object.assign(plain.settings, { simulation: null, toolchains: { binds, path } });
  gpu = { ...plain, settings: { ...plain.settings, worker: 'worker-gpu', labels: ['gpu'] } };
});
afterAll(() => plain.close());

const stream = { kind: 'task' as const, id: 'labels-1' };
const run = 'author-1-1';
const state = async () => asTask(await loadFolded(plain.log, stream)).state;
const perform = (worker: TestServices, key: string) =>
  performEffect(worker, { stream: 'task/labels-1', key }, new AbortController().signal);
const count = async (type: string) =>
  (await plain.events(stream)).filter(event => event.type === type && event.correlation.run === run)
    .length;

it('waits for such a worker, says so once, and goes on where one comes', async () => {
  const base = { ref: 'main', sha: plain.remote.git('rev-parse', 'main'), because: '' };
  await beginTask(plain.log, stream.id, [
    created({ repository: REPOSITORY, issue: 1, base }),
    decided('task.start', 'allow'),
    ...ran('prepare-1-1'),
    ...ran('reproduce-1-1'),
  ]);
  const ask = `decide:run.start:${run}`;
  const attempt = `attempt:${run}`;
  await perform(plain, ask);
  await perform(plain, ask);
  expect(await count('run.unplaced')).toBe(1);
  const reason =
    'No worker with the label gpu is at work: whoever operates Gatehouse starts one with GATEHOUSE_LABELS=gpu.';
  expect(viewOf(stream.id, asTask(await loadFolded(plain.log, stream))).reason).toBe(reason);

  await reportWorker(gpu);
  // Any worker asks policy about it: the agent is one that the other worker has.
  await perform(plain, ask);
  await perform(plain, ask);
  expect(runOf(await state(), run)).toMatchObject({ unplaced: null, choice: { version: '1' } });
  await perform(plain, attempt);
  expect(await count('run.started')).toBe(0);
  await perform(gpu, attempt);
  const started = (await plain.events(stream)).findLast(({ type }) => type === 'run.started');
  expect(started?.data).toMatchObject({ run, worker: 'worker-gpu' });
});

it('a worker at work reports itself, and leaves when it stops', async () => {
  const settings = { ...plain.settings, worker: 'worker-third', labels: ['large'] };
  const engine = createEngine({ ...plain, settings });
  const mine = async () =>
    (await plain.workers.alive()).find(({ name }) => name === 'worker-third') ?? null;
  await engine.work();
  const found = await until('its report', mine);
  expect(found).toMatchObject({
    labels: ['large'],
    agents: expect.arrayContaining([{ adapter: 'simulated', version: '1' }]),
  });
  await engine.stop(1_000);
  expect(await mine()).toBeNull();
});
