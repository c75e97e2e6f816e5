/** Where a run works, and when it needs no place at all. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { loadFolded } from '../../../src/engine/handle.ts';
import { performEffect } from '../../../src/engine/perform/perform.ts';
import { asTask } from '../../../src/engine/streams.ts';
import { created, decided } from '../../core/task/given.ts';
import { beginTask } from '../begin.ts';
import { REPOSITORY } from '../github.ts';
import { openServices, type TestServices } from '../test-services.ts';

let services: TestServices;
beforeAll(async () => {
  services = await openServices();
});
afterAll(() => services.close());

/** The `prepare` of a task; `opened`: how many workspaces it took. */
async function prepare(id: string) {
  const base = { ref: 'main', sha: services.remote.git('rev-parse', 'main'), because: '' };
  const commands = { install: ['sh', '-c', 'mkdir packages; echo one > packages/made'] };
  const config = { commands, remediate: { ci: false } };
  await beginTask(services.log, id, [
    created({ repository: REPOSITORY, issue: Number(id.slice(1)), base, config }),
    decided('task.start', 'allow'),
    decided('run.start', 'allow', 'prepare-1-1'),
  ]);
  let opened = 0;
  const signals: (AbortSignal | undefined)[] = [];
  const open: typeof services.workspaces.open = spec => {
    opened += 1;
    signals.push(spec.remote.signal);
    return services.workspaces.open(spec);
  };
  const parts = { ...services, workspaces: { ...services.workspaces, open } };
  await performEffect(
    parts,
    { stream: `task/${id}`, key: 'attempt:prepare-1-1' },
    new AbortController().signal,
  );
  const { state } = asTask(await loadFolded(services.log, { kind: 'task', id }));
  return { run: state.runs.find(run => run.id === 'prepare-1-1'), opened, signals };
}

it('is opened to prepare, and not where the same lockfile was installed before', async () => {
  const first = await prepare('t1');
  expect(first).toMatchObject({ run: { state: 'success' }, opened: 1 });
  // What ends the run ends what is fetched for it.
  expect(first.signals).toEqual([expect.any(AbortSignal)]);
  const again = await prepare('t2');
  expect(again).toMatchObject({ run: { state: 'success' }, opened: 0 });
  expect(again.run?.produced?.summary).toBe('Installed before from the same lockfile.');
});
