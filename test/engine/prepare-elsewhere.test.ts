/** A run that comes where nothing is prepared for it, because another machine did or the base moved on, prepares again. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { RepositoryConfig } from '../../src/core/repository-config/repository-config.ts';
import { loadFolded } from '../../src/engine/handle.ts';
import { performEffect } from '../../src/engine/perform/perform.ts';
import { asTask } from '../../src/engine/streams.ts';
import { approvalSubject, changed, created, decided, ran, readied } from '../core/task/given.ts';
import { beginTask } from './begin.ts';
import { REPOSITORY } from './github.ts';
import { openServices, type TestServices } from './test-services.ts';

let services: TestServices;
beforeAll(async () => {
  services = await openServices();
});
afterAll(() => services.close());

/** A task whose `prepare` was done on another machine, at its reproduction. */
async function elsewhere(id: string, install: string, budgets: RepositoryConfig['budgets'] = {}) {
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
    share: 'branch main',
  });
  const config = { commands, remediate: { ci: false }, budgets };
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

it('and in the time of the run that needs it, which a cap leaves to both together', async () => {
  const { run } = await elsewhere('t8', 'sleep 60', { run: { minutes: 0.01 } });
  expect(run).toMatchObject({
    state: 'failure',
    class: 'budget',
    budget: { reached: { scope: 'run', unit: 'ms', cap: 600 } },
  });
});

/** A task whose second round merges the base, at that round's first run. */
async function merging(id: string, baseChanges: Record<string, string>) {
  const { remote, workspaces, log, artifacts } = services;
  const main = () => remote.git('rev-parse', 'main');
  const base = { ref: 'main', sha: main(), because: '' };
  await remote.commit(baseChanges);
  const merges = { ref: 'main', sha: main() };
  const install = ['sh', '-c', 'echo installing; mkdir packages; cp README.md packages/made'];
  const source = {
    repository: REPOSITORY,
    remote: await services.github.facts.remote(REPOSITORY, 'read'),
  };
  const keyAt = (commit: string) =>
    workspaces.prepareKey(source, commit, { argv: install, directory: '', share: 'branch main' });
  const config = { commands: { install, test: ['false'] }, remediate: { ci: false } };
  const prepared = { key: await keyAt(base.sha), paths: ['packages'] };
  const head = base.sha;
  const conflict = `conflict-${head}-${merges.sha}`;
  await beginTask(log, id, [
    created({ repository: REPOSITORY, issue: Number(id.slice(1)), base, config }),
    decided('task.start', 'allow'),
    ...ran('prepare-1-1', { prepared }),
    ...ran('reproduce-1-1'),
    ...changed('author-1-1', 'b'),
    ...['lint-1-1', 'test-1-1', 'review-1-1'].flatMap(run => ran(run)),
    decided('run.start', 'allow', 'publish-1-1'),
    decided('branch.push', 'allow', 'publish-1-1'),
    {
      type: 'pushed',
      run: 'publish-1-1',
      branch: `gatehouse/issue-${id.slice(1)}`,
      sha: head,
      tree: head,
      was: null,
    },
    decided('pr.open', 'allow', 'publish-1-1'),
    { type: 'pull_opened', run: 'publish-1-1', number: 2, nodeId: 'PR_2', head },
    decided('run.start', 'allow', 'merge-1-1'),
    readied('merge-1-1'),
    decided('pr.merge', 'require_approval', 'merge-1-1', {
      approvalSubject: approvalSubject('pr.merge', { head }),
    }),
    {
      type: 'merge_conflict',
      run: 'merge-1-1',
      base: merges,
      head,
      files: [],
      role: 'author',
    },
    decided('task.start', 'allow', null, { rework: conflict }),
    decided('run.start', 'allow', 'author-2-1'),
  ]);
  const never = new AbortController();
  await performEffect(services, { stream: `task/${id}`, key: 'attempt:author-2-1' }, never.signal);
  const left = await artifacts.list(id);
  return {
    keys: { before: prepared.key, merged: await keyAt(merges.sha) },
    isPrepared: async (key: string) => (await workspaces.prepared(REPOSITORY, key)) !== null,
    installs: left.filter(a => a.run === 'author-2-1-prepare' && a.name === 'stdout.log').length,
  };
}

it('from the base that a round merges, where that installs something else', async () => {
  const { keys, isPrepared, installs } = await merging('t4', { 'package.json': '{ "name": "b" }' });
  expect(keys.merged).not.toBe(keys.before);
  expect(installs).toBe(1);
  expect(await isPrepared(keys.merged)).toBe(true);
  // What the task began with is of no use to this round.
  expect(await isPrepared(keys.before)).toBe(false);
});

it('and uses what is there where the base that a round merges installs the same', async () => {
  await merging('t5', { 'other.md': 'Of no matter.' });
  const { keys, installs } = await merging('t6', { 'other.md': 'Of no matter either.' });
  expect(keys.merged).toBe(keys.before);
  expect(installs).toBe(0);
});
