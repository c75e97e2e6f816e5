/** Pull requests that were open before our check was required: nobody tells of them, and they are found. */
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { HANGS_MS, until } from '../demo/until.ts';
import { openScenarios, type ScenarioEnvironment } from './environment.ts';
import { serveHere } from './gatehouse.ts';

let environment: ScenarioEnvironment;
beforeAll(async () => {
  const intervals = { deliveriesMs: 60_000, eventsMs: 1_000, graceMs: 1_000 };
  environment = await openScenarios(
    { GATEHOUSE_SIMULATION: join(import.meta.dirname, 'scripts') },
    null,
    (settings, changed) => serveHere(settings, changed, null, intervals),
  );
});
afterAll(() => environment.close());

it('are reported on once it is required: of people and forks, drafts too', async () => {
  const { github, app, users } = environment;
  const scenario = await environment.scenario();
  const { mona, otto, repository } = scenario;
  const change = { changes: { 'more.txt': 'more' }, message: 'More' };
  const hers = await github.push(repository, { ...change, branch: 'topic', author: users.mona });
  await mona.request('POST', '/pulls', { title: 'Hers', head: 'topic', base: 'main' });
  const fork = await github.forkRepository(repository, users.otto);
  const his = await github.push(fork, { ...change, branch: 'main', author: users.otto });
  const draft = { title: 'His', head: 'otto:main', base: 'main', draft: true };
  await otto.request('POST', '/pulls', draft);
  // Another commit than hers, also where both are made within one second.
  const another = { ...change, message: 'Something else', branch: 'else', author: users.mona };
  const other = await github.push(repository, another);
  const base = { changes: { 'base.txt': 'base' }, message: 'Base' };
  await github.push(repository, { ...base, branch: 'release', author: users.mona });
  await mona.request('POST', '/pulls', { title: 'Else', head: 'else', base: 'release' });
  await github.idle();
  github.protectBranch(repository, 'main', {
    requiredChecks: [{ context: 'gatehouse', appId: app.id }],
  });
  for (const head of [hers, his])
    await until(
      'our check',
      async () => {
        const check = await scenario.check(head);
        return check?.output.title === 'Nothing to judge' ? check : null;
      },
      HANGS_MS,
    );
  expect(await scenario.check(other)).toBeUndefined();
});
