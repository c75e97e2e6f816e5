/** What `gatehouse doctor` looks at; each check stands by itself, so that one fault hides no other. */
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { loadProfiles } from '../adapters/agents/profiles.ts';
import { connectGitHub } from '../adapters/github/connect.ts';
import { createSandbox } from '../adapters/sandbox/sandbox.ts';
import type { Check } from '../cli/house.ts';
import { type Environment, type Files, readConfig, readStoreConfig } from '../config.ts';
import { createLogger } from './logger.ts';
import { open } from './open.ts';
import { readPolicies } from './policies.ts';
import { TOOLS } from './start.ts';

const MANIFEST = resolve(import.meta.dirname, '../../app.yml');
const quiet = createLogger('silent');

export async function checkUp(env: Environment, files: Files): Promise<Check[]> {
  const configured = readConfig(env, files);
  const store = readStoreConfig(env);
  const faults: Check[] = configured.ok
    ? [{ name: 'configuration', ok: true, detail: 'complete', mend: null }]
    : configured.faults.map(({ variable, problem, mend }) => ({
        name: 'configuration',
        ok: false,
        detail: `${variable} ${problem}`,
        mend,
      }));
  const config = store.ok ? store.config : null;
  return [
    ...faults,
    await check('sandbox', async () => {
      const stateDir = config?.stateDir ?? resolve('.gatehouse');
      const probe = await (await createSandbox({ stateDir, toolsDir: TOOLS })).probe();
      return probe.ok ? probe.description : { problem: probe.problem, mend: probe.mend };
    }),
    ...(config
      ? [
          await check('database', async () => {
            const { store, describe, close } = await open(config, quiet);
            await store.ping().finally(close);
            return describe;
          }),
          await check('policies', async () => {
            const set = await readPolicies(config.policies);
            return `${set.policies.size} in ${config.policies}, ${set.digest}`;
          }),
          await check('agents', async () => {
            const profiles = await loadProfiles(config.agents);
            const mode = config.realAgents ? 'real' : 'simulated';
            return `${profiles.map(profile => profile.name).join(', ')} (${mode})`;
          }),
        ]
      : []),
    ...(configured.ok ? await checkApp(configured.config.github) : []),
  ];
}

async function checkApp(
  github: Extract<ReturnType<typeof readConfig>, { ok: true }>['config']['github'],
): Promise<Check[]> {
  let differences: Awaited<ReturnType<Awaited<ReturnType<typeof connectGitHub>>['granted']>> = [];
  const app = await check('GitHub App', async () => {
    const connected = await connectGitHub({
      appId: github.appId,
      privateKey: github.privateKey.reveal(),
      ...(github.host ? { host: github.host } : {}),
      protocol: github.protocol,
      log: quiet,
    });
    differences = await connected.granted(await readFile(MANIFEST, 'utf8'));
    return `${connected.app.slug} (App ${connected.app.id})`;
  });
  const grants = differences.map(({ kind, name, wanted, granted }) => ({
    name: `${kind} ${name}`,
    ok: false,
    detail: `app.yml asks for ${wanted ?? 'nothing'}, GitHub has granted ${granted ?? 'nothing'}`,
    mend: "Change it on the App's page under Permissions & events, then accept it where it is installed.",
  }));
  const granted = { name: 'permissions', ok: true, detail: 'as app.yml asks', mend: null };
  return [app, ...(app.ok && grants.length === 0 ? [granted] : grants)];
}

async function check(
  name: string,
  look: () => Promise<string | { problem: string; mend: string }>,
): Promise<Check> {
  try {
    const found = await look();
    if (typeof found === 'string') return { name, ok: true, detail: found, mend: null };
    return { name, ok: false, detail: found.problem, mend: found.mend };
  } catch (error) {
    return {
      name,
      ok: false,
      detail: error instanceof Error ? error.message : `${error}`,
      mend: null,
    };
  }
}
