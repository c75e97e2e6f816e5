/** Where a run works, and when it needs no place at all. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { WorksOn } from '../../../src/core/task/events/works-on.ts';
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

const SECRET = 'REGISTRY_NPM';

/** The `prepare` of a task; `opened`: how many workspaces it took. */
async function prepare(id: string, of: { sha?: string; worksOn?: WorksOn; isPrivate?: true } = {}) {
  const { sha = services.remote.git('rev-parse', 'main'), worksOn = null } = of;
  const base = { ref: 'main', sha, because: '' };
  const commands = { install: ['sh', '-c', 'mkdir packages; cp README.md packages/made'] };
  const config = { commands, remediate: { ci: false } };
  const { log, settings } = services;
  await beginTask(log, id, [
    created({ repository: REPOSITORY, issue: Number(id.slice(1)), base, config, worksOn }),
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
  const own = { url: 'http://127.0.0.1:1/', secret: SECRET, paths: [], redirectsTo: [] };
  const registries = new Map(of.isPrivate ? [['npm' as const, own]] : []);
  const parts = {
    ...services,
    workspaces: { ...services.workspaces, open },
    settings: { ...settings, install: { ...settings.install, registries } },
    secrets: new Map([[SECRET, { where: 'nowhere', read: async () => 'a token of it' }]]),
  };
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

it('is opened anew for a pull request, whose own scripts install, and for nobody else by what that left', async () => {
  const { remote } = services;
  await remote.commit({ 'package.json': '{ "name": "b" }' });
  const main = remote.git('rev-parse', 'main');
  const theirs = await remote.commit({ 'README.md': 'of a fork\n' }, 'topic');
  const worksOn = { pull: 7, branch: 'topic', owner: 'somebody', fork: true } as const;
  expect(await prepare('t3', { sha: theirs, worksOn })).toMatchObject({ opened: 1 });
  // Another call for the same head has what that very head left.
  expect(await prepare('t4', { sha: theirs, worksOn })).toMatchObject({ opened: 0 });
  expect(await prepare('t5', { sha: main })).toMatchObject({ opened: 1 });
  // Nor does the pull request take from the branch.
  const later = await remote.commit({ 'README.md': 'of it later\n' }, 'topic');
  expect(await prepare('t6', { sha: later, worksOn })).toMatchObject({ opened: 1 });
});

it('takes no credential of a registry there for a fork, whose scripts could read what it opens', async () => {
  const { remote } = services;
  await remote.commit({ 'package.json': '{ "name": "c" }' });
  const sha = await remote.commit({ 'README.md': 'of another fork\n' }, 'topic');
  const worksOn = { pull: 7, branch: 'topic', owner: 'somebody', fork: true } as const;
  expect(await prepare('t7', { isPrivate: true })).toMatchObject({ run: { state: 'success' } });
  expect((await prepare('t8', { sha, worksOn, isPrivate: true })).run).toMatchObject({
    state: 'failure',
    class: 'policy',
    reason: expect.stringMatching(/^REGISTRY_NPM may not be used\. A fork's own scripts /),
  });
  const branch = { ...worksOn, owner: 'requester', fork: false } as const;
  expect(await prepare('t9', { sha, worksOn: branch, isPrivate: true })).toMatchObject({
    run: { state: 'success' },
  });
});
