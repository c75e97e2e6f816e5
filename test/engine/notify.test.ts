/** An endpoint is told of a task of its repositories, which it knows by their present names. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type StreamRef, streamName } from '../../src/core/stream.ts';
import { loadFolded } from '../../src/engine/handle.ts';
import { performEffect } from '../../src/engine/perform/perform.ts';
import { GitHubFailure } from '../../src/engine/ports/github.ts';
import { created, decided } from '../core/task/given.ts';
import { beginBacklog, beginTask } from './begin.ts';
import { REPOSITORY } from './github.ts';
import { openServices, type TestServices } from './test-services.ts';

let services: TestServices;
beforeAll(async () => {
  services = await openServices();
});
afterAll(() => services.close());

let tasks = 0;
/** What an endpoint for these repositories is told of a task that ended in one that is called so now. */
async function toldOf(repositories: string[], present: () => Promise<{ name: string }>) {
  const id = `task-${++tasks}`;
  const hooks = [{ name: 'chat', by: 'deployment', on: ['finished'], webhook: 'chat' }] as const;
  const config = {
    commands: {},
    remediate: { ci: false },
    hooks: hooks.map(hook => ({ ...hook, on: [...hook.on] })),
  };
  await beginTask(services.log, id, [
    created({ repository: REPOSITORY, issue: tasks, config }),
    decided('task.start', 'deny'),
  ]);
  return told({ kind: 'task', id }, repositories, present);
}

/** What its endpoint is told of what is open there. */
async function told(
  stream: StreamRef,
  repositories: string[],
  present: () => Promise<{ name: string }>,
) {
  const bodies: string[] = [];
  const endpoint = {
    ...{ url: { plain: 'https://chat.example' }, secret: null, format: 'slack' as const },
    ...{ on: [], repositories, mayBePrivate: false },
  };
  const branch = { ref: 'main', sha: '', archived: false, owner: 'Acme' };
  const facts = {
    ...services.github.facts,
    defaultBranch: async () => ({ ...branch, ...(await present()) }),
  };
  const deps = {
    ...services,
    github: { ...services.github, facts },
    settings: { ...services.settings, endpoints: new Map([['chat', endpoint]]) },
    webhooks: { send: async ({ body }: { body: string }) => void bodies.push(body) },
  };
  for (const { key } of (await loadFolded(services.log, stream)).open)
    if (key.startsWith('notify:'))
      await performEffect(deps, { stream: streamName(stream), key }, new AbortController().signal);
  return bodies;
}

it('after a rename', async () => {
  const [message] = await toldOf(['acme/renamed'], async () => ({ name: 'Renamed' }));
  expect(message).toContain('Acme/Renamed');
  expect(await toldOf(['acme/library'], async () => ({ name: 'Renamed' }))).toEqual([]);
});

it('by the name that it had where GitHub does not say', async () => {
  const away = () => Promise.reject(new GitHubFailure('not_found', 'It is gone.', 404));
  expect(await toldOf(['acme/library'], away)).toHaveLength(1);
});

it('of a backlog that still waits', async () => {
  const hooks = [{ name: 'chat', by: 'deployment' as const, webhook: 'chat' }];
  const of = { hooks: hooks.map(hook => ({ ...hook, on: ['backlog_waits' as const] })) };
  const clock = { now: () => new Date(Date.now() - 3_000) };
  const stream = await beginBacklog(services.log, of, clock);
  const here = async () => ({ name: 'Library' });
  const [message = ''] = await told(stream, ['acme/library'], here);
  expect(JSON.parse(message).text).toMatch(
    /^A backlog waits for people: Billing\nAcme\/Library · waiting · Nothing begins before .*\n.*backlog\/42-9 · event 1$/,
  );
});
