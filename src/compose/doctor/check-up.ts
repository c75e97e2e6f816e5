/** What `gatehouse doctor` looks at; each check stands by itself, so that one fault hides no other. */
import { existsSync } from 'node:fs';
import { access, constants, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSandbox } from '../../adapters/sandbox/sandbox.ts';
import type { Environment, Files } from '../../config/environment.ts';
import { STATE_FOLDER, TOOLS_FOLDER } from '../../config/folders.ts';
import { readConfig, readStoreConfig, type StoreConfig } from '../../config.ts';
import { redact } from '../../core/redaction/redact.ts';
import type { Check } from '../../engine/ports/doctor.ts';
import { SecretUnavailable } from '../../engine/ports/secrets.ts';
import { PROVIDERS } from '../agents/providers.ts';
import { loadMcpServers, loadRoles, secretsOfServers } from '../agents/roles.ts';
import { nearestFolder } from '../machine/nearest-folder.ts';
import { useNetwork } from '../machine/network.ts';
import { loadEndpoints, secretsOfEndpoints } from '../settings/endpoints.ts';
import { readPolicies } from '../settings/policies.ts';
import { secretsOf } from '../settings/secrets.ts';
import { openStore } from '../stores/open.ts';
import { checkArtifacts, checkRetention } from '../stores/open-artifacts.ts';
import { hasDatabase } from '../stores/open-log.ts';
import { pingRedis } from '../stores/ping-redis.ts';
import { createLogger } from '../telemetry/logger.ts';
import { redactionValues } from '../telemetry/redaction-values.ts';
import { check } from './check.ts';
import { checkApp } from './check-app.ts';
import { checkMachine } from './check-machine.ts';
import { whoMerges } from './who-merges.ts';

export async function checkUp(env: Environment, files: Files): Promise<Check[]> {
  const whole = readConfig(env, files, PROVIDERS);
  const store = readStoreConfig(env, PROVIDERS);
  if (store.ok) useNetwork(store.config.network);
  const stateDir = store.ok ? store.config.stateDir : STATE_FOLDER;
  const ours = whole.ok
    ? redactionValues(whole.config)
    : store.ok
      ? redactionValues(store.config)
      : [];
  // Where their file is wrong, the check of the roles says so.
  const servers = store.ok ? await loadMcpServers(store.config.mcp).catch(() => []) : [];
  const endpoints = store.ok ? await loadEndpoints(store.config.webhooks).catch(() => []) : [];
  // Looking must not create what only a deployment has.
  const scratch = await mkdtemp(join(tmpdir(), 'gatehouse-doctor-'));
  await using _ = { [Symbol.asyncDispose]: () => rm(scratch, { recursive: true, force: true }) };
  const checks = await Promise.all([
    ...(whole.ok ? [] : whole.faults).map(({ variable, problem, remediation }) =>
      check('settings', remediation, () => Promise.reject(new Error(`${variable} ${problem}`))),
    ),
    ...(whole.ok ? [check('settings', null, async () => 'complete')] : []),
    check('sandbox', null, async () => {
      const folder = existsSync(stateDir) ? stateDir : scratch;
      const probe = await (
        await createSandbox({ stateDir: folder, toolsDir: TOOLS_FOLDER })
      ).probe();
      return probe.ok ? probe.description : probe;
    }),
    ...(store.ok
      ? [
          ...checkStore(store.config, scratch),
          ...checkSecrets(
            secretsOf(store.config, ours, PROVIDERS, [
              ...secretsOfServers(servers),
              ...secretsOfEndpoints(endpoints),
            ]),
          ),
          ...checkMachine(env, store.config),
        ]
      : []),
  ]);
  const app = whole.ok ? await checkApp(whole.config) : [];
  return [...checks, ...app].map(each => ({ ...each, detail: redact(each.detail, ours) }));
}

const checkStore = (config: StoreConfig, scratch: string): Promise<Check>[] => [
  check('database', null, async () => {
    const isThere = hasDatabase(config);
    const { describe, close } = await openStore(
      isThere ? config : { ...config, stateDir: scratch },
      createLogger('silent', []),
      { brief: true },
    );
    await close();
    return isThere
      ? describe
      : `embedded PostgreSQL in ${config.stateDir}, which the first start creates`;
  }),
  ...(config.redis
    ? [
        check('queue', 'Start it, or change REDIS_URL.', () =>
          pingRedis(config.redis?.reveal() ?? ''),
        ),
      ]
    : []),
  check('artifacts', 'Let this user write there, or change GATEHOUSE_ARTIFACTS.', () => {
    const { artifacts } = config;
    return artifacts.kind === 'folder' && !existsSync(artifacts.path)
      ? checkFutureFolder(artifacts.path)
      : checkArtifacts(artifacts);
  }),
  check('retention', 'Let this user write to the archive, or change GATEHOUSE_ARCHIVE.', () =>
    checkRetention(config),
  ),
  ...(config.webhooks === null
    ? []
    : [
        check('webhooks', 'Correct it, or set GATEHOUSE_WEBHOOKS to another file.', async () => {
          const endpoints = await loadEndpoints(config.webhooks);
          return endpoints.map(({ name, format }) => `${name} (${format})`).join(', ') || 'none';
        }),
      ]),
  check(
    'policies',
    'Correct them there, or set GATEHOUSE_POLICIES to another folder.',
    async () => {
      const set = await readPolicies(config.policies);
      return `${set.policies.size} in ${config.policies}, ${set.digest}\n${whoMerges(set)}`;
    },
  ),
  check(
    'roles',
    'Correct them there, or set GATEHOUSE_AGENTS and GATEHOUSE_MCP to others.',
    async () => {
      const { profiles, servers } = await loadRoles(config);
      const names = profiles.map(profile => profile.name).join(', ');
      const named = servers.map(({ name }) => name).join(', ');
      return servers.length === 0 ? names : `${names}\nMCP servers: ${named}`;
    },
  ),
];

/** Whether a folder that is not there yet can be created. */
async function checkFutureFolder(path: string): Promise<string> {
  await access(nearestFolder(path), constants.W_OK);
  return `in ${path}, which the first start creates`;
}

/** Read once, as a run would: whoever is to give it out may be away, or not know us. */
const checkSecrets = (secrets: ReturnType<typeof secretsOf>): Promise<Check>[] =>
  [...secrets].map(([name, { where, read }]) =>
    check(`secret ${name}`, null, async () => {
      try {
        await read();
        return `from ${where}`;
      } catch (error) {
        if (error instanceof SecretUnavailable)
          return { problem: error.message, remediation: error.remediation };
        throw error;
      }
    }),
  );
