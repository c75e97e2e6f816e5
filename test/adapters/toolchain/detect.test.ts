/** What a sandbox sees of the Node that the operator has. */
import { chmod, mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { detectToolchain } from '../../../src/adapters/toolchain/detect.ts';
import { run, specFor } from '../sandbox/run-inside.ts';
import { temporaryFolder } from '../sandbox/temporary-folder.ts';

/** A Node as it is unpacked into a prefix, with what others keep there. */
async function prefixWith(...beside: string[]): Promise<string> {
  const prefix = await temporaryFolder();
  const npm = 'lib/node_modules/npm/bin';
  for (const folder of ['bin', npm, ...beside])
    await mkdir(join(prefix, folder), { recursive: true });
  const script = '#!/bin/sh\necho https://registry.npmjs.org/\n';
  await writeFile(join(prefix, npm, 'npm-cli.js'), script, { mode: 0o755 });
  await symlink('../lib/node_modules/npm/bin/npm-cli.js', join(prefix, 'bin/npm'));
  return prefix;
}

test('npm’s prefix is shown by its parts alone: others keep their sign-ins beside them', async () => {
  const prefix = await prefixWith('include', 'state/gatehouse', 'share/opencode', 'lib/python');
  const { binds, path, findProgram } = await detectToolchain({ PATH: `${prefix}/bin` }, []);
  expect(binds.map(({ from }) => from)).toEqual([
    join(prefix, 'bin'),
    join(prefix, 'lib/node_modules'),
    join(prefix, 'include'),
  ]);
  expect(path.split(':')[0]).toBe(join(prefix, 'bin'));
  expect(await findProgram('npm')).toBe(join(prefix, 'bin/npm'));
  // What leads to a part that is not shown is not there.
  await writeFile(join(prefix, 'share/opencode/tool'), '', { mode: 0o755 });
  await symlink('../share/opencode/tool', join(prefix, 'bin/tool'));
  expect(await findProgram('tool')).toBeNull();
});

test('a link to the folder of npm is no prefix: /bin may lead to /usr/bin', async () => {
  const folder = await temporaryFolder();
  await mkdir(join(folder, 'usr/bin'), { recursive: true });
  await writeFile(join(folder, 'usr/bin/npm'), '#!/bin/sh\necho https://a.example/\n', {
    mode: 0o755,
  });
  await symlink('usr/bin', join(folder, 'bin'));
  const { binds } = await detectToolchain({ PATH: `${folder}/bin` }, []);
  expect(binds.map(({ from }) => from)).toEqual([join(folder, 'usr/bin')]);
});

test.each([
  ['a variable, which needs no npm', { npm_config_registry: 'https://b.example/npm' }, 'b.example'],
  ['a variable of the other case', { NPM_CONFIG_REGISTRY: 'https://c.example' }, 'c.example'],
  ['npm, where the variable is empty', { npm_config_registry: '' }, 'registry.npmjs.org'],
  ['npm, where it is no address', { npm_config_registry: 'b.example' }, 'registry.npmjs.org'],
  ['npm, where it names a variable', { npm_config_registry: 'https://$A/' }, 'registry.npmjs.org'],
  [
    'npm, where there are two',
    { npm_config_registry: 'https://b.example', NPM_CONFIG_REGISTRY: 'https://c.example' },
    'registry.npmjs.org',
  ],
])('the registry is said by %s', async (_, env, host) => {
  const prefix = await prefixWith();
  const { npm } = await detectToolchain({ PATH: `${prefix}/bin`, ...env }, []);
  expect(npm.hosts).toEqual([`${host}:443`]);
});

/** A Node that says where it is, and an npm that runs the tests by it. */
async function install(prefix: string, ...programs: ('node' | 'npm')[]): Promise<void> {
  const npm = 'lib/node_modules/npm/bin';
  for (const folder of ['bin', npm]) await mkdir(join(prefix, folder), { recursive: true });
  const executable = { mode: 0o755 };
  if (programs.includes('node'))
    await writeFile(join(prefix, 'bin/node'), '#!/bin/sh\necho "node of $0"\n', executable);
  if (!programs.includes('npm')) return;
  const script = '#!/bin/sh\n[ "$1" = config ] && echo https://registry.npmjs.org/ || exec node\n';
  await writeFile(join(prefix, npm, 'npm-cli.js'), script, executable);
  await symlink('../lib/node_modules/npm/bin/npm-cli.js', join(prefix, 'bin/npm'));
}

/** Where each machine has its Node, below a home or beside it; the first is found first. */
const MACHINES: Record<string, [prefix: string, programs: ('node' | 'npm')[]][]> = {
  nvm: [['home/.nvm/versions/node/v24.0.0', ['node', 'npm']]],
  '~/.local': [['home/.local', ['node', 'npm']]],
  'a prefix of its own': [['opt/node', ['node', 'npm']]],
  'nvm, with an npm of its own': [
    ['home/.npm-global', ['npm']],
    ['home/.nvm/versions/node/v24.0.0', ['node', 'npm']],
  ],
};

test.each(Object.entries(MACHINES))(
  'npm test runs in a sandbox with Node from %s, and nothing else of the home is there',
  async (_name, prefixes) => {
    const root = await temporaryFolder();
    await chmod(root, 0o755);
    const kept = [
      '.env',
      '.npmrc',
      '.ssh/id',
      '.config/gh/hosts.yml',
      '.local/state/gatehouse/.env',
    ];
    for (const file of kept) {
      await mkdir(join(root, 'home', file, '..'), { recursive: true });
      await writeFile(join(root, 'home', file), 'secret');
    }
    for (const [prefix, programs] of prefixes) await install(join(root, prefix), ...programs);
    const PATH = prefixes.map(([prefix]) => join(root, prefix, 'bin')).join(':');
    const { binds, path } = await detectToolchain({ PATH: `${PATH}:/usr/bin:/bin` }, []);
    const script = `npm test; find ${root} -name .env -o -name .npmrc -o -name id -o -name hosts.yml`;
    const spec = await specFor(script, { binds, env: { PATH: path } });
    const [node = ''] = prefixes.findLast(([, programs]) => programs.includes('node')) ?? [];
    const { stdout } = await run(spec);
    expect(stdout).toBe(`node of ${join(root, node, 'bin/node')}\n`);
  },
);
