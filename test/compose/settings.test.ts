/** What a process is called: nobody else is, so that nobody else takes its leases. */
import { expect, it } from 'vitest';
import { PROVIDERS } from '../../src/compose/providers.ts';
import { settingsOf } from '../../src/compose/settings.ts';
import { readStoreConfig } from '../../src/config.ts';

it('containers of one name, whose processes have one id, are two workers', () => {
  const read = readStoreConfig({}, PROVIDERS);
  if (!read.ok) throw new Error(JSON.stringify(read.faults));
  const toolchain = {
    binds: [],
    path: '',
    npm: { hosts: [], env: {} },
    findProgram: async () => null,
  };
  const own = { servers: [], endpoints: [], web: 'https://github.com', console: null };
  const author = { name: 'Gatehouse', email: 'gatehouse@example.com' };
  const start = () => settingsOf(read.config, toolchain, own, author).worker;
  expect(new Set([start(), start(), start()]).size).toBe(3);
});
