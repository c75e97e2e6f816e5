import { writeFileSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { codex } from '../../../src/adapters/agents/codex/install.ts';
import { type InstallOptions, installCli } from '../../../src/adapters/agents/install.ts';
import { REQUEST } from '../../contract/agent-adapter.ts';

const BINARY = 'node_modules/@openai/codex-linux-x64/vendor/x86_64-unknown-linux-musl/bin/codex';
const runsHere = process.platform === 'linux' && process.arch === 'x64';

let dir: string;
beforeEach(async () => {
  const root = await mkdtemp(join(tmpdir(), 'install-'));
  onTestFinished(() => rm(root, { recursive: true, force: true }));
  dir = join(root, 'agents');
});

/** The folder that holds `bin/codex`, as a run's sandbox sees it. */
const ensureCodex = async (options: InstallOptions): Promise<string> =>
  codex.create(await installCli(codex.cli, options)).launch(REQUEST).binds[0]?.from ?? '';

/** A tiny npm in front of the real one. */
async function withNpm(script: string): Promise<void> {
  const bin = join(dir, '..', 'bin');
  await mkdir(bin, { recursive: true });
  await writeFile(join(bin, 'npm'), `#!/bin/sh\n${script}\n`);
  await chmod(join(bin, 'npm'), 0o755);
  vi.stubEnv('PATH', `${bin}${delimiter}${process.env.PATH}`);
  onTestFinished(() => {
    vi.unstubAllEnvs();
  });
}
const INSTALLS = `mkdir -p ${BINARY.replace(/\/codex$/, '')} && echo "$@" > ${BINARY}`;

test.runIf(runsHere)('installs the pinned version once, whole', async () => {
  await withNpm(INSTALLS);
  const said: string[] = [];
  const folder = await ensureCodex({ dir, report: message => said.push(message) });
  expect(folder).toBe(join(dir, 'codex-0.169.0', BINARY.replace(/\/bin\/codex$/, '')));
  expect(await readFile(join(folder, 'bin/codex'), 'utf8')).toMatch(
    /^install --no-audit --no-fund --ignore-scripts .*@openai\/codex@0\.169\.0\n$/,
  );
  expect(await readdir(dir)).toEqual(['codex-0.169.0']);

  await withNpm('exit 9');
  expect(await ensureCodex({ dir, report: message => said.push(message) })).toBe(folder);
  expect(said).toEqual([
    'installing @openai/codex@0.169.0 (400 MB)',
    'installed @openai/codex@0.169.0',
  ]);
});

test.runIf(runsHere)('says how far a slow download is, as long as it lasts', async () => {
  // It goes on only once the progress was told.
  await withNpm(
    `head -c 7000000 /dev/zero > half; until [ -e ../../told ]; do sleep 0.05; done; ${INSTALLS}`,
  );
  const said: string[] = [];
  await ensureCodex({
    dir,
    report: message => {
      said.push(message);
      if (/ of /.test(message)) writeFileSync(join(dir, '../told'), '');
    },
  });
  expect(said).toContain('installing @openai/codex@0.169.0: 7 of 400 MB');
  expect(said.at(-1)).toBe('installed @openai/codex@0.169.0');
});

test.runIf(runsHere)('two at once end with one', async () => {
  await withNpm(INSTALLS);
  const [one, two] = await Promise.all([ensureCodex({ dir }), ensureCodex({ dir })]);
  expect(one).toBe(two);
  expect(await readdir(dir)).toEqual(['codex-0.169.0']);
});

test.runIf(runsHere)('what a broken try left is replaced', async () => {
  await withNpm(INSTALLS);
  await mkdir(join(dir, 'codex-0.169.0', 'node_modules'), { recursive: true });
  await ensureCodex({ dir });
  expect(await readdir(dir)).toEqual(['codex-0.169.0']);
});

test.runIf(runsHere).each([
  [
    'npm fails',
    'echo "npm error network ECONNREFUSED" >&2; exit 1',
    'npm error network ECONNREFUSED',
  ],
  ['the package lacks its binary', 'mkdir -p node_modules', 'without the binary for this machine'],
])('%s: it says so, and leaves nothing', async (_name, script, why) => {
  await withNpm(script);
  const failed = ensureCodex({ dir });
  await expect(failed).rejects.toThrow(/^@openai\/codex@0\.169\.0 can't be installed below /);
  await expect(failed).rejects.toThrow(why);
  await expect(failed).rejects.toThrow('Try it by hand: npm install --prefix');
  expect(await readdir(dir)).toEqual([]);
});

test.runIf(runsHere)(
  'npm gets nothing of our environment but the way to its registry',
  async () => {
    await withNpm(`env > ${'"$PWD"/../../env'}; ${INSTALLS}`);
    vi.stubEnv('GITHUB_TOKEN', 'secret');
    vi.stubEnv('npm_config_registry', 'https://registry.example');
    await ensureCodex({ dir });
    const env = await readFile(join(dir, '../env'), 'utf8');
    expect(env).toContain('npm_config_registry=https://registry.example');
    expect(env).not.toContain('GITHUB_TOKEN');
  },
);
