/** A run that comes to a machine where nothing is prepared, because another one did, prepares again. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { loadFolded } from '../../src/engine/handle.ts';
import { performEffect } from '../../src/engine/perform/perform.ts';
import { asTask } from '../../src/engine/streams.ts';
import { created, decided, ran } from '../core/task/given.ts';
import { beginTask } from './begin.ts';
import { REPOSITORY } from './github.ts';
import { openServices, type TestServices } from './test-services.ts';

let services: TestServices;
beforeAll(async () => {
  services = await openServices();
});
afterAll(() => services.close());

/** A task whose `prepare` was done on another machine, at its reproduction. */
async function elsewhere(id: string, install: string) {
  const base = { ref: 'main', sha: services.remote.git('rev-parse', 'main'), because: '' };
  const commands = {
    install: ['sh', '-c', install],
    test: ['sh', '-c', 'cat packages/made; false'],
  };
  const remote = await services.github.facts.remote(REPOSITORY, 'read');
  const source = { repository: REPOSITORY, remote };
  const key = await services.workspaces.prepareKey(source, base.sha, {
    argv: commands.install,
    directory: '',
  });
  const config = { commands, remediate: { ci: false } };
  await beginTask(services.log, id, [
    created({ repository: REPOSITORY, issue: Number(id.slice(1)), base, config }),
    decided('task.start', 'allow'),
    ...ran('prepare-1-1', { prepared: { key, paths: ['packages'] } }),
    decided('run.start', 'allow', 'reproduce-1-1'),
  ]);
  const never = new AbortController();
  await performEffect(
    services,
    { stream: `task/${id}`, key: 'attempt:reproduce-1-1' },
    never.signal,
  );
  const { state } = asTask(await loadFolded(services.log, { kind: 'task', id }));
  return {
    state,
    run: state.runs.find(run => run.id === 'reproduce-1-1'),
    prepared: await services.workspaces.prepared(REPOSITORY, key),
    async artifact(run: string, name: string): Promise<string> {
      const left = (await services.artifacts.list(id)).find(a => a.run === run && a.name === name);
      return left ? (await services.artifacts.get(left.digest)).toString() : '';
    },
  };
}

it('once, as it was prepared before, and finds it there', async () => {
  const install = 'echo installing; mkdir packages; echo of-the-install > packages/made';
  const { run, prepared, artifact } = await elsewhere('t1', install);
  expect(run).toMatchObject({ state: 'success' });
  expect(await artifact('reproduce-1-1', 'stdout.log')).toBe('of-the-install\n');
  expect(await artifact('reproduce-1-1-prepare', 'stdout.log')).toBe('installing\n');
  expect(prepared).toMatchObject({ paths: ['packages'] });
  const again = await elsewhere('t2', install);
  expect(again.run).toMatchObject({ state: 'success' });
  expect(await again.artifact('reproduce-1-1-prepare', 'stdout.log')).toBe('');
});

it('and fails with the reason, to be tried again, where that can not be done', async () => {
  const { run, state } = await elsewhere('t3', 'echo no network; exit 7');
  expect(run).toMatchObject({
    state: 'failure',
    class: 'workspace',
    reason: "Preparing again: `sh -c 'echo no network; exit 7'` exited with 7.",
  });
  expect(state.runs.at(-1)).toMatchObject({ id: 'reproduce-1-2', state: 'queued' });
});
