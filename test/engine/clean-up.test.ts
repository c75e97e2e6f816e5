/** What a task that has ended leaves is removed, and nothing of a run that is at work. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { steererOf } from '../../src/core/actor.ts';
import type { TaskCommand } from '../../src/core/task/decide/command.ts';
import { loadFolded } from '../../src/engine/handle.ts';
import type { LeaseGuard } from '../../src/engine/lease-guard.ts';
import { cleanUp } from '../../src/engine/perform/clean-up.ts';
import { asTask } from '../../src/engine/streams.ts';
import { created, decided, MAINTAINER, ran, started } from '../core/task/given.ts';
import { beginTask } from './begin.ts';
import { openServices, type TestServices } from './test-services.ts';

let services: TestServices;
beforeAll(async () => {
  services = await openServices();
});
afterAll(() => services.close());

const stateOf = async (id: string) => asTask(await loadFolded(services.log, { kind: 'task', id }));

it('a clean-up that was put off leaves the run of a task that was tried again', async () => {
  const id = 'tried';
  await beginTask(services.log, id, [
    created(),
    decided('task.start', 'allow'),
    ...ran('prepare-1-1'),
    decided('run.start', 'deny', 'reproduce-1-1'),
  ]);
  // As the effect's performer loaded it, before somebody had the task tried again.
  const folded = await stateOf(id);
  const effect = folded.open.find(({ kind }) => kind === 'clean_up');
  if (effect?.kind !== 'clean_up') throw new Error('nothing is to be cleaned up');
  const retry: TaskCommand = { type: 'retry', by: steererOf(MAINTAINER), instructions: '' };
  const again = [retry, decided('run.start', 'allow', 'reproduce-1-2'), started('reproduce-1-2')];
  for (const command of again) {
    const stream = { kind: 'task' as const, id };
    const handled = await services.handle({ stream, command, actor: { kind: 'gatehouse' } });
    expect(handled).toMatchObject({ ok: true });
  }
  const removed: string[][] = [];
  const unreachable: string[] = [];
  const dropped: unknown[] = [];
  const deps = {
    ...services,
    gateway: { ...services.gateway, reap: async (run: string) => void unreachable.push(run) },
    runOutput: { ...services.runOutput, drop: async (of: unknown) => void dropped.push(of) },
    workspaces: {
      ...services.workspaces,
      runs: async () => [`${id}-reproduce-1-1`, `${id}-reproduce-1-2`, 'other-reproduce-1-1'],
      reap: async (runs: string[]) => {
        removed.push(runs);
        return { runs: runs.length, stuck: [] };
      },
    },
  };
  const guard: LeaseGuard = {
    fence: { lease: 'lease', epoch: 1 },
    before: 'nobody',
    signal: new AbortController().signal,
    check: async () => {},
    released: () => {},
  };
  await cleanUp({ deps, task: id, folded, effect, guard });
  expect(removed).toEqual([[`${id}-reproduce-1-1`]]);
  // A task that is canceled before its lost worker is missed has nobody else who removes its gateway.
  expect(unreachable).toEqual([`${id}-reproduce-1-1`]);
  expect(dropped).toEqual([]);
});
