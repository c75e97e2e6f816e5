/**
 * The recipe "An agent's adapter" of docs/extending.md, followed with an invented CLI: one folder and a row; and a row for its provider, where
 * that is a new one.
 */
import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { AGENTS, type Agent } from '../../src/compose/agents/agent-table.ts';
import { createAdapters, modelsOf } from '../../src/compose/agents/agents.ts';
import { PROVIDERS, type Provider } from '../../src/compose/agents/providers.ts';
import { secretsOf } from '../../src/compose/settings/secrets.ts';
import { redactionValues } from '../../src/compose/telemetry/redaction-values.ts';
import { variablesOf } from '../../src/config/variables.ts';
import { readStoreConfig } from '../../src/config.ts';
import { agentAdapterContract } from '../contract/agent-adapter.ts';
import { withProviders } from '../env-example.ts';
import { parrot } from './agent-adapter/parrot.ts';

/** The rows. */
const AVIARY: Provider = {
  name: 'aviary',
  prefix: 'AVIARY',
  upstream: 'https://api.aviary.example',
  dialects: ['anthropic'],
};
const PARROT: Agent = { adapter: 'parrot', dialects: ['anthropic'], load: async () => parrot };
const providers = [...PROVIDERS, AVIARY];
const tables = { providers, agents: [...AGENTS, PARROT] };

agentAdapterContract({
  adapter: parrot.create('/agents/parrot-1.0.0'),
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
        ...['AVIARY_API_KEY', 'AVIARY_API_KEY_FILE', 'AVIARY_API_KEY_COMMAND', 'AVIARY_BASE_URL'],
      ]),
    );
    expect(faultsOf({ AVIARY_BASE_URL: 'ftp://x', AVIARY_API_KEY: key })).toEqual([
      'AVIARY_BASE_URL is not a URL that begins with https:// or http://',
    ]);
    expect(faultsOf({ AVIARY_API_KEY: key, AVIARY_API_KEY_FILE: '/key' })).toEqual([
      'AVIARY_API_KEY is kept in 2 places',
    ]);
    // One key is enough for real agents, whosever it is.
    expect(faultsOf({ GATEHOUSE_REAL_AGENTS: '1' })).toEqual([
      expect.stringMatching(
        /^OPENAI_API_KEY or .*AVIARY_API_KEY is missing, and GATEHOUSE_REAL_AGENTS=1 needs it$/,
      ),
    ]);
    expect(faultsOf({ GATEHOUSE_REAL_AGENTS: '1', AVIARY_API_KEY: key })).toEqual([]);
  });

  it('its lines in .env.example', () => {
    const text = readFileSync(join(import.meta.dirname, '../../.env.example'), 'utf8');
    expect(withProviders(text, providers)).toContain(
      '# For models of aviary:\n# AVIARY_API_KEY=\n# AVIARY_API_KEY_FILE=/run/secrets/aviary\n',
    );
  });

  it('the place of its key, and that nothing repeats the key', async () => {
    const config = configOf({ AVIARY_API_KEY: key });
    expect(redactionValues(config)).toContain(key);
    const printed = JSON.stringify(['echo', key]);
    const ours: string[] = [];
    const secrets = secretsOf(configOf({ AVIARY_API_KEY_COMMAND: printed }), ours, providers);
    expect([...secrets.keys()]).toEqual(['AVIARY_API_KEY']);
    expect(await secrets.get('AVIARY_API_KEY')?.read()).toBe(key);
    expect(ours).toEqual([key]);
  });

  it("the gateway's route to its model", () => {
    const models = modelsOf(configOf({ AVIARY_API_KEY: key }), tables);
    expect(models.get('parrot')).toEqual([
      {
        dialect: 'anthropic',
        upstream: 'https://api.aviary.example',
        provider: 'aviary',
        secret: 'AVIARY_API_KEY',
      },
    ]);
    // No other agent calls what it does not speak.
    expect(models.has('codex')).toBe(false);
  });

  it('the installed adapter, where its provider has a key', async () => {
    const log = { info: () => undefined };
    const state = await mkdtemp(join(tmpdir(), 'parrot-'));
    onTestFinished(() => rm(state, { recursive: true, force: true }));
    const program = join(state, 'agents/parrot-1.0.0/node_modules/parrot-cli/bin/parrot');
    await mkdir(dirname(program), { recursive: true });
    await writeFile(program, '');
    const wanted = { ...tables, named: new Set(['parrot', 'codex']) };
    const names = async (env: Record<string, string>) => [
      ...(
        await createAdapters(configOf({ GATEHOUSE_STATE_DIR: state, ...env }), wanted, log)
      ).keys(),
    ];
    expect(await names({ AVIARY_API_KEY: key })).toEqual(['command', 'simulated']);
    const real = await names({ AVIARY_API_KEY: key, GATEHOUSE_REAL_AGENTS: '1' });
    expect(real).toContain('parrot');
    expect(real).not.toContain('codex');
  });
});
