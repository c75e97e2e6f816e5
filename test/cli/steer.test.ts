/** Operators list and steer tasks from the shell: recorded as their act, and never as a person's. */
import { userInfo } from 'node:os';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { taskStream } from '../../src/core/stream.ts';
import type { TaskState } from '../../src/core/task/state/state.ts';
import { loadFolded } from '../../src/engine/handle.ts';
import { asTask } from '../../src/engine/streams.ts';
import { openStore, type TestStore } from '../adapters/store/database.ts';
import { created, decided, HISTORY, produced, red, started } from '../core/task/given.ts';
import { until } from '../demo/until.ts';
import { beginTask } from '../engine/begin.ts';
import { openLogOf, openToSteerOf, runProgram } from './run-program.ts';

let store: TestStore;
beforeAll(async () => {
  store = await openStore();
});
afterAll(() => store.close());

let tasks = 0;
/** A task of a repository of its own, as far as these commands bring it. */
async function task(commands = HISTORY.authored): Promise<string> {
  const repository = { id: ++tasks, owner: 'acme', name: `sum-${tasks}`, installation: 7 };
  const id = `${tasks}-1-0a1b2c3d`;
  await beginTask(store.log, id, [created({ repository }), ...commands.slice(1)]);
  return id;
}
const gatehouse = (...args: string[]) =>
  runProgram(args, { openLog: openLogOf(store), openToSteer: openToSteerOf(store) });
const stateOf = async (id: string): Promise<TaskState> =>
  asTask(await loadFolded(store.log, taskStream(id))).state;
const lastOf = async (id: string) => (await Array.fromAsync(store.log.read(taskStream(id)))).at(-1);
const operator = { kind: 'operator', name: userInfo().username };

it('lists tasks by repository and by what they come from', async () => {
  const [one, other] = [await task(), await task()];
  const listed = async (...options: string[]) =>
    JSON.parse((await gatehouse('list', '--json', ...options)).out).tasks.map(
      ({ id }: { id: string }) => id,
    );
  expect(await listed()).toEqual(expect.arrayContaining([one, other]));
  const ofOne = ['--repository', (await store.tasks.find(one))?.repository ?? ''];
  expect(await listed(...ofOne)).toEqual([one]);
  expect(await listed(...ofOne, '--origin', 'issue')).toEqual([one]);
  expect(await listed(...ofOne, '--origin', 'schedule')).toEqual([]);
  expect((await gatehouse('list', '--origin', 'hook')).out).toBe(
    'No such task is open; --all lists the ended ones as well.\n',
  );
  expect((await gatehouse('list', '--origin', 'hook', '--all')).out).toBe(
    'There are no such tasks.\n',
  );
  await gatehouse('cancel', one);
  expect(await listed(...ofOne)).toEqual([]);
  expect(await listed(...ofOne, '--all')).toEqual([one]);
});

it('pauses, resumes and cancels, each as the act of an operator', async () => {
  const id = await task();
  expect((await gatehouse('pause', id)).out).toBe('Paused. `gatehouse resume` goes on.\n');
  expect(await lastOf(id)).toMatchObject({
    type: 'task.paused',
    actor: operator,
    data: { by: operator, target: null },
  });
  await expect(gatehouse('pause', id)).rejects.toThrow('It is paused already, by an operator.');
  await gatehouse('resume', id);
  expect((await stateOf(id)).paused).toBeNull();
  await gatehouse('cancel', id);
  expect(await stateOf(id)).toMatchObject({
    status: 'canceled',
    reason: 'Canceled by an operator.',
  });
  await expect(gatehouse('cancel', id)).rejects.toThrow(/has ended/);
  await expect(gatehouse('cancel', '9-9-00000000')).rejects.toThrow(/no stream 9-9-00000000/);
});

it('tries again what failed, with what is said to it', async () => {
  const prepare = 'prepare-1-1';
  const failing = [decided('run.start', 'allow', prepare), started(prepare)];
  const id = await task([...HISTORY.admitted, ...failing, produced(prepare, {}, red)]);
  await gatehouse('retry', id, 'The registry is back.');
  expect(await stateOf(id)).toMatchObject({
    status: 'active',
    otherTries: [{ by: null, instructions: 'The registry is back.' }],
  });
});

it('frees what a process holds, and says from which one', async () => {
  const id = await task();
  const recovering = gatehouse('recover', id);
  await until('it to be asked for', async () => (await stateOf(id)).unlock?.work === true);
  // What a process at work does.
  const { handle } = await openToSteerOf(store)();
  const broken = [{ lease: `effect:task/${id}:attempt:author-1-1`, holder: 'host-1' }];
  const data = { branch: 'gatehouse/issue-1', broken, target: null };
  await handle({
    stream: taskStream(id),
    command: { type: 'record', event: { type: 'ref.unlocked', v: 1, data } },
    actor: { kind: 'gatehouse' },
  });
  expect((await recovering).out).toBe(
    `Freed from the processes that held them: effect:task/${id}:attempt:author-1-1 (host-1)\n`,
  );
});
