/** What `gatehouse doctor` looks at; each check stands by itself, so that one fault hides no other. */
import { resolve } from 'node:path';
import { loadProfiles } from '../adapters/agents/profiles.ts';
import { createSandbox } from '../adapters/sandbox/sandbox.ts';
import type { Check } from '../cli/house.ts';
import type { Environment, Files } from '../config/environment.ts';
import { literalSecrets } from '../config/literal-secrets.ts';
import { readConfig, readStoreConfig, type StoreConfig } from '../config.ts';
import { checkApp } from './check-app.ts';
import { check, fault } from './check.ts';
import { checkRedis } from './check-redis.ts';
import { createLogger } from './logger.ts';
import { open } from './open.ts';
import { readPolicies } from './policies.ts';
import { TOOLS } from './start.ts';

export async function checkUp(env: Environment, files: Files): Promise<Check[]> {
  const configured = readConfig(env, files);
  const store = readStoreConfig(env);
  const settings = configured.ok
    ? [check('settings', async () => 'complete')]
    : configured.faults.map(({ variable, problem, mend }) =>
        check('settings', () => fault(`${variable} ${problem}`, mend)),
      );
  const stateDir = store.ok ? store.config.stateDir : resolve('.gatehouse');
  return Promise.all([
    ...settings,
    check('sandbox', async () => {
      const probe = await (await createSandbox({ stateDir, toolsDir: TOOLS })).probe();
      return probe.ok ? probe.description : fault(probe.problem, probe.mend);
    }),
    ...(store.ok ? checkStore(store.config) : []),
    ...(configured.ok ? await checkApp(configured.config) : []),
  ]);
}
