/** A run reaches a cap: its work is kept, a person raises the cap, and the next run goes on from there. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { detectToolchain } from '../../../src/adapters/toolchain/detect.ts';
import { steererOf } from '../../../src/core/actor.ts';
import { viewOf } from '../../../src/core/task/views/view.ts';
import { loadFolded } from '../../../src/engine/handle.ts';
import { performEffect } from '../../../src/engine/perform/perform.ts';
import { spendDifference } from '../../../src/engine/spending/compare.ts';
import { asTask } from '../../../src/engine/streams.ts';
import { type ScriptedModel, startScriptedModel } from '../../model/server.ts';
import { MONA } from '../github.ts';
import { openServices, type TestServices } from '../test-services.ts';
import { AUTHOR, answer, beginAuthor, letAnswersStand, withCaller } from './caller.ts';

const NEXT = 'author-1-2';

let services: TestServices;
let model: ScriptedModel;
const script = { calls: 3, model: 'our-model', hangs: false };
beforeAll(async () => {
  const opened = await openServices();
  const { binds, path } = await detectToolchain(process.env, []);
  const budgets = { task: { calls: 2 } };
  Object.assign(opened.settings, { toolchains: { binds, path }, budgets });
  letAnswersStand(opened);
  model = await startScriptedModel({ turns: [{ say: 'one two three' }] });
  services = withCaller(opened, model.url, script);
});
afterAll(async () => {
  await model.close();
  await services.close();
});

const REACHED = { scope: 'task', unit: 'calls', cap: 2 };

/** A task whose author has reached the cap of two calls. */
async function reached() {
  script.calls = 3;
  const before = model.requests.length;
  const task = await beginAuthor(services);
  await task.perform(`attempt:${AUTHOR}`);
  expect(model.requests.length - before).toBe(2);
  return task;
}

it('ends as a failure with its work kept, and a person is asked for exactly this cap', async () => {
  const task = await reached();
  expect(await task.run()).toMatchObject({
    state: 'failure',
    class: 'budget',
    reason: 'The cap of this task, 2 calls of models, is reached.',
    budget: { reached: REACHED },
  });
  expect(await task.events('budget.reached')).toMatchObject([
    { run: AUTHOR, reached: REACHED, checkpoint: { work: { files: 1, added: 1 } } },
  ]);
  expect(await task.text(AUTHOR, 'patch.diff')).toContain('+more');

  await task.perform(`decide:budget.raise:${NEXT}`);
  const { approvals, status } = await task.state();
  expect(status).toBe('active');
  expect(approvals).toMatchObject([
    {
      status: 'requested',
      action: 'budget.raise',
      resource: 'the cap of this task from 2 calls of models to 4 calls of models',
      run: NEXT,
      files: ['half.js'],
      approvers: ['anyone with write access'],
      reasons: [
        'A cap on what may be spent is reached.',
        'What was done until then is kept: 1 file, +1 −0.',
        expect.stringMatching(/^Approving raises the cap of this task from 2 calls/),
      ],
    },
  ]);
  const view = viewOf(task.id, asTask(await loadFolded(services.log, task.stream)));
  expect(view.reason).toBe('A cap on what may be spent is reached.');
  // Nothing starts meanwhile.
  expect(await task.run(NEXT)).toMatchObject({ state: 'queued', startedAt: null });
});

it('goes on from what was kept once a person has raised the cap, for this task alone', async () => {
  const task = await reached();
  await task.perform(`decide:budget.raise:${NEXT}`);
  const [asked] = (await task.state()).approvals;
  await answer(services, task, 'approve');
  expect(await task.events('approval.used')).toMatchObject([
    { approval: asked?.id, digest: asked?.digest },
  ]);
  expect(await task.events('budget.raised')).toEqual([
    { run: NEXT, reached: REACHED, to: 4, approval: asked?.id },
  ]);
  script.calls = 2;
  await task.perform(`decide:run.start:${NEXT}`);
  await task.perform(`decide:run.start:${NEXT}`);
  await task.perform(`attempt:${NEXT}`);
  expect(await task.run(NEXT)).toMatchObject({
    produced: { ok: true, summary: 'Called 2 times.' },
  });
  // Its file has the line of both runs.
  expect(await task.text(NEXT, 'patch.diff')).toMatch(/\+more\n\+more/);
  const { spent } = await services.ledger.standing(`task:${task.id}`);
  expect(spent.calls).toBe(4);
  expect(
    await spendDifference(services.ledger, task.id, services.log.read(task.stream)),
  ).toBeNull();

  // Of another task, nothing was raised.
  const other = await reached();
  expect(await other.run()).toMatchObject({ class: 'budget' });
});

it('ends the task where the cap is not raised', async () => {
  const task = await reached();
  await task.perform(`decide:budget.raise:${NEXT}`);
  await answer(services, task, 'deny');
  expect(await task.state()).toMatchObject({ status: 'failure' });
  expect(await task.run(NEXT)).toMatchObject({
    state: 'failure',
    class: 'budget',
    reason: 'rey refused to raise the cap.',
  });
  const { approvals } = await task.state();
  expect(approvals).toMatchObject([{ status: 'denied', denial: 'rey refused to raise the cap.' }]);
  await task.perform(`answer:${approvals[0]?.counted[0]?.statement}-${approvals[0]?.id}`);
  expect(services.github.written.at(-1)).toMatchObject({ answer: { says: 'objects', ends: true } });
});

it('asks nobody any more once the task is canceled', async () => {
  const task = await reached();
  await task.perform(`decide:budget.raise:${NEXT}`);
  const [asked] = (await task.state()).approvals;
  await task.perform(`answer:ask-${asked?.id}`);
  const by = steererOf(MONA);
  const command = { type: 'cancel', by, target: null } as const;
  await services.handle({ stream: task.stream, command, actor: { kind: 'gatehouse' } });
  const view = viewOf(task.id, asTask(await loadFolded(services.log, task.stream)));
  const { status, approval } = view;
  expect({ status, approval }).toEqual({ status: 'canceled', approval: null });
  await task.perform(`answer:settled-${asked?.id}`);
  expect(services.github.written.at(-1)).toMatchObject({ answer: { outcome: 'over' } });
});

it('a dry run asks nobody, and ends', async () => {
  script.calls = 3;
  const task = await beginAuthor(services, { mode: 'dry_run' });
  await task.perform(`attempt:${AUTHOR}`);
  expect(await task.run()).toMatchObject({ state: 'failure', class: 'budget' });
  expect(await task.state()).toMatchObject({ status: 'failure' });
});

it('a run that no time is left for does not begin', async () => {
  const settings = { ...services.settings, budgets: { lineage: { minutes: 1e-6 } } };
  const task = await beginAuthor({ ...services, settings });
  await task.perform(`attempt:${AUTHOR}`);
  expect(await task.run()).toMatchObject({ budget: { reached: { scope: 'lineage', unit: 'ms' } } });
  expect(await task.events('secret.used')).toEqual([]);
});

it('whatever hangs is ended by the minutes of its run, with its work kept', async () => {
  const minutes = 0.02;
  const config = {
    commands: { install: ['true'], test: ['npm', 'test'] },
    remediate: { ci: false },
    budgets: { run: { minutes } },
  };
  script.hangs = true;
  const task = await beginAuthor(services, { config });
  await task.perform(`attempt:${AUTHOR}`);
  script.hangs = false;
  expect(await task.run()).toMatchObject({
    state: 'failure',
    class: 'budget',
    reason: 'The cap of this run, 0.02 minutes of work, is reached.',
    budget: { reached: { scope: 'run', unit: 'ms', cap: 60_000 * minutes } },
  });
  await task.perform(`decide:budget.raise:${NEXT}`);
  expect((await task.state()).approvals).toMatchObject([
    { resource: 'the cap of this run from 0.02 minutes of work to 0.04 minutes of work' },
  ]);
});

it('that others have reached in a day is asked about, and goes on by itself in the next one', async () => {
  script.calls = 1;
  const settings = { ...services.settings, budgets: { day: { calls: 1 } } };
  const today = { ...services, settings };
  const before = model.requests.length;
  const task = await beginAuthor(today);
  await task.perform(`attempt:${AUTHOR}`);
  // What other tasks called today leaves nothing.
  expect(model.requests.length).toBe(before);
  expect(await task.run()).toMatchObject({ budget: { reached: { scope: 'day', unit: 'calls' } } });
  const ask = `decide:budget.raise:${NEXT}`;
  await task.perform(ask);
  const [asked] = (await task.state()).approvals;
  expect(asked).toMatchObject({ status: 'requested' });
  expect(asked?.reasons.at(-1)).toMatch(/^Without an answer the work goes on after midnight/);
  const { open } = await loadFolded(services.log, task.stream);
  const midnight = new Date(new Date().setUTCHours(24, 0, 0, 0));
  expect(open.find(({ key }) => key === ask)).toMatchObject({ notBefore: midnight.toISOString() });

  const second = await beginAuthor(today);
  await second.perform(`attempt:${AUTHOR}`);
  await second.perform(ask);

  const later = (ms: number) => ({ ...today, clock: { now: () => new Date(Date.now() + ms) } });
  const performIn = (process: TestServices, key: string, { id } = task) =>
    performEffect(process, { stream: `task/${id}`, key }, new AbortController().signal);
  const tomorrow = later(86_400_000);
  await performIn(tomorrow, ask);
  expect(await task.events('budget.freed')).toMatchObject([
    { run: NEXT, reached: { scope: 'day', unit: 'calls', cap: 1 } },
  ]);
  expect((await task.state()).approvals).toMatchObject([{ status: 'void' }]);
  await performIn(tomorrow, `decide:run.start:${NEXT}`);
  await performIn(tomorrow, `decide:run.start:${NEXT}`);
  await performIn(tomorrow, `attempt:${NEXT}`);
  expect(await task.run(NEXT)).toMatchObject({ produced: { summary: 'Called 1 times.' } });
  expect(await task.events('budget.raised')).toEqual([]);

  // Where that leaves nothing for another one, the same request stands for one more day.
  await performIn(tomorrow, ask, second);
  expect(await second.events('budget.freed')).toEqual([]);
  expect(await second.events('approval.requested')).toHaveLength(1);
  expect((await second.state()).approvals).toMatchObject([{ status: 'requested' }]);
  const waits = (await loadFolded(services.log, second.stream)).open;
  expect(waits.find(({ key }) => key === ask)).toMatchObject({ notBefore: expect.any(String) });
});
