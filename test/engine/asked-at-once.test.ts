/**
 * What does not depend on another answer is asked at once: each of GitHub's answers is a tenth of a second
 * on its way. What waits for an answer that waits for it hangs here.
 */
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { TaskCommand } from '../../src/core/task/decide/command.ts';
import { performEffect } from '../../src/engine/perform/perform.ts';
import { around, type Lead } from '../around.ts';
import { created, decided, greenCheck, HISTORY, ran, sha, work } from '../core/task/given.ts';
import { beginTask } from './begin.ts';
import { REPOSITORY } from './github.ts';
import { openServices, type TestServices } from './test-services.ts';

let services: TestServices;
beforeAll(async () => {
  services = await openServices();
});
afterAll(() => services.close());

let tasks = 0;
/** Performs an effect of a task, with the answers of these calls waiting for each other; returns which were asked. */
async function perform(
  key: string,
  commands: readonly TaskCommand[],
  together: string[],
  over: Partial<TestServices['workspaces']> = {},
) {
  const id = `at-once-${++tasks}`;
  const base = { ref: 'main', sha: services.remote.git('rev-parse', 'main'), because: '' };
  const begun = created({ repository: REPOSITORY, issue: 5_000 + tasks, base });
  await beginTask(services.log, id, [begun, ...commands.slice(1)]);
  const asked = new Set<string>();
  const all = Promise.withResolvers<void>();
  const waiting: Lead = async (method, [, what], call) => {
    const name = method === 'remote' ? `${method} to ${what}` : method;
    if (!together.includes(name)) return call();
    asked.add(name);
    if (asked.size === together.length) all.resolve();
    await all.promise;
    return call();
  };
  const { github, workspaces } = services;
  const parts = {
    ...services,
    workspaces: around({ ...workspaces, ...over }, waiting),
    github: {
      ...github,
      facts: around(github.facts, waiting),
      writes: around(github.writes, waiting),
    },
  };
  await performEffect(parts, { stream: `task/${id}`, key }, new AbortController().signal);
  return [...asked].sort();
}

it('an agent’s workspace is opened while GitHub is asked what the agent reads', async () => {
  const begun = [decided('task.start', 'allow'), ...ran('prepare-1-1'), ...ran('reproduce-1-1')];
  const commands = [created(), ...begun, decided('run.start', 'allow', 'author-1-1')];
  const together = ['issue', 'open'];
  expect(await perform('attempt:author-1-1', commands, together)).toEqual(together);
});

/** A task whose work is to be pushed, and may be. */
async function accepted(): Promise<TaskCommand[]> {
  const pack = await services.artifacts.put('A pack.', 'output');
  const nothing = { parent: sha('a'), tree: sha('b'), entries: [] };
  const change = await services.artifacts.put(JSON.stringify(nothing), 'proof');
  return [
    ...HISTORY.reproduced,
    ...ran('author-1-1', { work: { ...work('b'), pack, change } }),
    decided('patch.accept', 'allow', 'author-1-1'),
    ...['lint-1-1', 'test-1-1', 'review-1-1'].flatMap(run => ran(run)),
    decided('run.start', 'allow', 'publish-1-1'),
    decided('branch.push', 'allow', 'publish-1-1'),
  ];
}

it('what was pushed is compared with the base before the question about it is put', async () => {
  const compared = Promise.withResolvers<string[]>();
  const over: Partial<TestServices['workspaces']> = {
    push: async () => ({ outcome: 'pushed', sha: sha('c') }),
    async compare(_source, base, head) {
      compared.resolve([base, head]);
      throw new Error('It is not looked at here.');
    },
  };
  await perform('push:publish-1-1', await accepted(), [], over);
  const main = services.remote.git('rev-parse', 'main');
  expect(await compared.promise).toEqual([main, sha('c')]);
});

it('before a push policy is asked while GitHub is asked where the repository is, and what its rules are', async () => {
  const together = ['defaultBranch', 'remote to write', 'requiresSignatures'];
  const over: Partial<TestServices['workspaces']> = {
    push: async () => ({ outcome: 'moved', to: sha('d') }),
  };
  expect(await perform('push:publish-1-1', await accepted(), together, over)).toEqual(together);
});

it('before a merge policy is asked while GitHub is asked what stands in its way', async () => {
  const commands = [...HISTORY.approved, greenCheck(sha('c'))];
  const together = ['defaultBranch', 'prepareMerge'];
  expect(await perform('merge:merge-1-1', commands, together)).toEqual(together);
});

it('a merge is judged by what was asked for all at once', async () => {
  const review: TaskCommand = {
    type: 'signal',
    data: { signal: 'review', detail: 'submitted', at: null, by: null, check: null },
  };
  const together = ['checkSuites', 'defaultBranch', 'expectedChecks', 'requiresOurs', 'role'];
  expect(
    await perform('decide:pr.merge:merge-1-1', [...HISTORY.approved, review], together),
  ).toEqual(together);
});
