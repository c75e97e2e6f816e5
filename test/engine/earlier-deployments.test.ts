/** What earlier tries of a deployment may have left, by the log of the real store. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Store } from '../../src/adapters/store/store.ts';
import type { TaskCommand } from '../../src/core/task/command.ts';
import { createHandle, loadFolded } from '../../src/engine/handle.ts';
import {
  deployTriedSince,
  runsOfDeployments,
} from '../../src/engine/perform/earlier-deployments.ts';
import { openStore } from '../adapters/store/database.ts';
import { begun, deploying, first, second } from './deploying-task.ts';

let store: Store;
beforeAll(async () => {
  store = await openStore();
});
afterAll(() => store.close());

let issue = 0;
const task = (id: string, ...then: TaskCommand[]) =>
  deploying(store.log, { id, issue: ++issue }, ...then);
const triedSince = (task: string, before: 'nobody' | 'settled' | 'doubted') =>
  deployTriedSince(store, task, { run: first, key: `deploy:${first}` }, { before });
/** The deployment of this run fails once, as the worker that tried it says. */
async function fail(id: string, run: string): Promise<void> {
  const stream = { kind: 'task' as const, id };
  const key = `deploy:${run}`;
  const { open } = await loadFolded(store.log, stream);
  const since = open.find(effect => effect.key === key)?.since ?? 0;
  const handle = createHandle({
    redact: text => text,
    log: store.log,
    clock: { now: () => new Date() },
    random: () => 0.5,
    appended: async () => {},
  });
  const fault = { class: 'server', message: 'Lost.', retryable: true, retryAfterMs: null };
  const command = { type: 'fail_effect' as const, key, ...fault };
  const actor = { kind: 'gatehouse' as const };
  expect(await handle({ stream, command, actor, settles: { key, since } })).toMatchObject({
    ok: true,
  });
}

it('a deployment that nobody tried left nothing, however long people were asked about it', async () => {
  await task('untried');
  await fail('untried', second);
  expect(await triedSince('untried', 'nobody')).toBeNull();
  expect(await triedSince('untried', 'settled')).toBeNull();
});

it('one that failed, or whose process died, may have begun since it was allowed', async () => {
  await task('failed');
  await fail('failed', first);
  const events = await Array.fromAsync(store.log.read({ kind: 'task', id: 'failed' }));
  const allowed = events.find(
    ({ type, data }) =>
      type === 'policy.decided' && data.run === first && JSON.stringify(data).includes('"deploy"'),
  );
  expect(await triedSince('failed', 'settled')).toBe(allowed?.at);
  await task('died');
  expect(await triedSince('died', 'doubted')).toEqual(expect.any(String));
});

it('the runs of all deployments of a repository are known, its own tasks’ and those that have ended', async () => {
  await task('several', begun(first, 71), begun(second, 72));
  await task('ended', begun(first, 73), {
    type: 'cancel',
    ...{ by: { kind: 'person', id: 1, login: 'mona' }, target: null },
  });
  expect(await runsOfDeployments(store, { id: 42 })).toEqual(new Set([71, 72, 73]));
  expect(await runsOfDeployments(store, { id: 43 })).toEqual(new Set());
});
