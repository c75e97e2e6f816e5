/** The recipe "An agent's adapter" of docs/extending.md, followed with an invented CLI: one folder, one row. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createAdapters, modelsOf } from '../../src/compose/agents.ts';
import { PROVIDERS, type Provider } from '../../src/compose/providers.ts';
import { redactionValues } from '../../src/compose/redaction-values.ts';
import { secretsOf } from '../../src/compose/secrets.ts';
import { variablesOf } from '../../src/config/variables.ts';
import { readStoreConfig } from '../../src/config.ts';
import { agentAdapterContract } from '../contract/agent-adapter.ts';
import { withProviders } from '../env-example.ts';
import { installParrot } from './agent-adapter/parrot.ts';

/** The row. */
const PARROT: Provider = {
  adapter: 'parrot',
  prefix: 'PARROT',
  upstream: 'https://api.parrot.example',
  dialect: 'anthropic',
  install: installParrot,
};
const providers = [...PROVIDERS, PARROT];

agentAdapterContract({
  adapter: await installParrot({ dir: '/agents' }),
  byExitCode: false,
  recordings: [
    {
      name: 'done',
      stdout:
        '{"type":"hello","session":"s1"}\n{"type":"text","text":"Done."}\n{"type":"bye","tokens":7}\n',
      stderr: '',
      end: { exitCode: 0, signal: null },
    },
    { name: 'refused', stdout: '', stderr: 'no such model\n', end: { exitCode: 1, signal: null } },
  ],
});

describe('from the row follow', () => {
  const key = 'a key with a form of its own';
  const configOf = (env: Record<string, string>) => {
    const read = readStoreConfig(env, providers);
    if (!read.ok) throw new Error(JSON.stringify(read.faults));
    return read.config;
  };
  const faultsOf = (env: Record<string, string>) => {
    const read = readStoreConfig(env, providers);
    return read.ok ? [] : read.faults.map(({ variable, problem }) => `${variable} ${problem}`);
  };

  it('its settings, with their faults', () => {
    expect([...variablesOf(providers)]).toEqual(
      expect.arrayContaining([
        ...['PARROT_API_KEY', 'PARROT_API_KEY_FILE', 'PARROT_API_KEY_COMMAND', 'PARROT_BASE_URL'],
      ]),
    );
    expect(faultsOf({ PARROT_BASE_URL: 'ftp://x', PARROT_API_KEY: key })).toEqual([
      'PARROT_BASE_URL is not a URL that begins with https:// or http://',
    ]);
    expect(faultsOf({ PARROT_API_KEY: key, PARROT_API_KEY_FILE: '/key' })).toEqual([
      'PARROT_API_KEY is kept in 2 places',
    ]);
    // One key is enough for real agents, whosever it is.
    expect(faultsOf({ GATEHOUSE_REAL_AGENTS: '1' })).toEqual([
      'OPENAI_API_KEY or PARROT_API_KEY is missing, and GATEHOUSE_REAL_AGENTS=1 needs it',
    ]);
    expect(faultsOf({ GATEHOUSE_REAL_AGENTS: '1', PARROT_API_KEY: key })).toEqual([]);
  });

  it('its lines in .env.example', () => {
    const text = readFileSync(join(import.meta.dirname, '../../.env.example'), 'utf8');
    expect(withProviders(text, providers)).toContain(
      '# For parrot:\n# PARROT_API_KEY=\n# PARROT_API_KEY_FILE=/run/secrets/parrot\n',
    );
  });

  it('the place of its key, and that nothing repeats the key', async () => {
    const config = configOf({ PARROT_API_KEY: key });
    expect(redactionValues(config)).toContain(key);
    const printed = JSON.stringify(['echo', key]);
    const ours: string[] = [];
    const secrets = secretsOf(configOf({ PARROT_API_KEY_COMMAND: printed }), ours, providers);
    expect([...secrets.keys()]).toEqual(['PARROT_API_KEY']);
    expect(await secrets.get('PARROT_API_KEY')?.read()).toBe(key);
    expect(ours).toEqual([key]);
  });

  it("the gateway's route to its model", () => {
    expect(modelsOf(configOf({ PARROT_API_KEY: key }), providers)).toEqual(
      new Map([
        [
          'parrot',
          {
            dialect: 'anthropic',
            upstream: 'https://api.parrot.example',
            provider: 'parrot',
            secret: 'PARROT_API_KEY',
          },
        ],
      ]),
    );
  });

  it('the installed adapter, where its provider has a key', async () => {
    const log = { info: () => undefined };
    const names = async (env: Record<string, string>) => [
      ...(await createAdapters(configOf(env), providers, log)).keys(),
    ];
    expect(await names({ PARROT_API_KEY: key })).toEqual(['command', 'simulated']);
    expect(await names({ PARROT_API_KEY: key, GATEHOUSE_REAL_AGENTS: '1' })).toEqual([
      ...['command', 'simulated', 'parrot'],
    ]);
  });
});
