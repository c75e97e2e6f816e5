/** What a process is called, and what the runs that it works on may have. */
import { expect, it } from 'vitest';
import { PROVIDERS } from '../../../src/compose/agents/providers.ts';
import { settingsOf } from '../../../src/compose/settings/settings.ts';
import { readStoreConfig } from '../../../src/config.ts';

function settings(env: Record<string, string>) {
  const read = readStoreConfig(env, PROVIDERS);
  if (!read.ok) throw new Error(JSON.stringify(read.faults));
  const toolchain = {
    binds: [],
    path: '',
    npm: { hosts: [], env: {} },
    findProgram: async () => null,
  };
  const own = { servers: [], endpoints: [], web: 'https://github.com', console: null };
  const author = { name: 'Gatehouse', email: 'gatehouse@example.com' };
  return settingsOf(read.config, toolchain, own, author);
}

// Nobody else is called so, so that nobody else takes its leases.
it('containers of one name, whose processes have one id, are two workers', () => {
  const start = () => settings({}).worker;
  expect(new Set([start(), start(), start()]).size).toBe(3);
});

it('a run has the time, the memory and the processes that the operator names', () => {
  expect(settings({}).limits).toMatchObject({
    wallMs: 1_200_000,
    memoryBytes: 4 * 1024 ** 3,
    processes: 512,
  });
  const named = {
    GATEHOUSE_COMMAND_MINUTES: '45',
    GATEHOUSE_RUN_MEMORY_GB: '16',
    GATEHOUSE_RUN_PROCESSES: '2048',
  };
  expect(settings(named).limits).toMatchObject({
    wallMs: 2_700_000,
    memoryBytes: 16 * 1024 ** 3,
    processes: 2_048,
  });
});
