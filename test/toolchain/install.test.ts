/** Repositories of several ecosystems are installed through the gateway and tested without a network. */
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { writeRegistryFiles } from '../../src/compose/registry-files.ts';
import { testGraph } from '../../src/core/graphs.ts';
import { loadFolded } from '../../src/engine/handle.ts';
import { readRepositoryConfig, readRules } from '../../src/engine/intake/repository-config.ts';
import { performEffect } from '../../src/engine/perform/perform.ts';
import { asTask } from '../../src/engine/streams.ts';
import type { InstallSettings } from '../../src/toolchain/registries.ts';
import { created, decided } from '../core/task/given.ts';
import { beginTask } from '../engine/begin.ts';
import { REPOSITORY } from '../engine/github.ts';
import { openServices, type TestServices } from '../engine/test-services.ts';
import { CREDENTIAL, type Registries, startRegistries } from './package-registries.ts';
import type { Files } from './project.ts';

/** Python takes half a minute for a virtual environment where the machine is busy. */
const MINUTES = 180_000;

let services: TestServices;
let folder: string;
let registries: Registries;

beforeAll(async () => {
  services = await openServices();
  folder = await mkdtemp(join(tmpdir(), 'registries-'));
  registries = await startRegistries(folder);
  const own = (path: string, paths: string[]) => ({
    url: `${registries.origin}${path}`,
    secret: 'REGISTRY',
    paths,
  });
  const install: InstallSettings = {
    npm: { hosts: [], env: {} },
    registries: new Map([
      ['pypi', own('/simple/', ['/files/'])],
      ['cargo', own('/index/', ['/crates/'])],
    ]),
  };
  const binds = await writeRegistryFiles(folder, install.registries);
  const rust = rustToolchain();
  const path = ['/usr/local/bin', '/usr/bin', '/bin'];
  Object.assign(services, {
    secrets: new Map([['REGISTRY', { where: 'a test', read: async () => CREDENTIAL }]]),
  });
  Object.assign(services.settings, {
    install,
    toolchains: {
      binds: rust === null ? binds : [...binds, { from: rust, to: rust }],
      path: (rust === null ? path : [join(rust, 'bin'), ...path]).join(delimiter),
    },
    limits: {
      ...services.settings.limits,
      ...{ wallMs: 90_000, tmpBytes: 500_000_000, memoryBytes: 2_000_000_000 },
    },
  });
});
afterAll(async () => {
  await services.close();
  await registries.close();
  await rm(folder, { recursive: true, force: true });
});

function rustToolchain(): string | null {
  try {
    return execFileSync('rustc', ['--print', 'sysroot'], { encoding: 'utf8' }).trim();
  } catch {
    return null;
  }
}

const canMakeEnvironments = (): boolean => {
  try {
    execFileSync('/usr/bin/python3', ['-c', 'import venv, ensurepip'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
};

let tasks = 0;
/** `/agent test` in a repository with these files and nothing else: its runs, and what they printed. */
async function testedIn(files: Files) {
  const empty = services.remote.git('rev-parse', 'main');
  const sha = await services.remote.commit(files, `repository-${++tasks}`, empty);
  const rules = await readRules(services, REPOSITORY, sha);
  if (!rules.ok) throw new Error(rules.faults.join());
  const base = { ref: 'main', sha, because: '' };
  const read = await readRepositoryConfig(services, REPOSITORY, rules.config, base);
  if (!read.ok) throw new Error(read.faults.join());
  const { config, toolchain } = read;
  const id = `install-${tasks}`;
  const graph = testGraph(config.commands);
  await beginTask(services.log, id, [
    created({ repository: REPOSITORY, issue: 100 + tasks, base, config, toolchain, graph }),
    decided('task.start', 'allow'),
    decided('run.start', 'allow', 'prepare-1-1'),
  ]);
  const stream = `task/${id}`;
  const never = new AbortController().signal;
  for (const key of ['attempt:prepare-1-1', 'decide:run.start:test-1-1', 'attempt:test-1-1'])
    await performEffect(services, { stream, key }, never);
  const { state } = asTask(await loadFolded(services.log, { kind: 'task', id }));
  const left = await services.artifacts.list(id);
  const texts = left.map(async ({ digest }) => (await services.artifacts.get(digest)).toString());
  return { runs: state.runs, printed: (await Promise.all(texts)).join('\n') };
}

const ofRuns = (runs: Awaited<ReturnType<typeof testedIn>>['runs']) =>
  runs.map(({ step, state, class: failed, reason }) => ({ step, state, failed, reason }));

test('Python: from an index that wants a credential, which no sandbox sees', {
  timeout: MINUTES,
}, async context => {
  if (!canMakeEnvironments())
    return context.skip('/usr/bin/python3 makes no virtual environments here');
  const { runs, printed } = await testedIn({
    'pyproject.toml': '[project]\nname = "calc"\nversion = "1"\ndependencies = ["answer==1.0"]\n',
    'test_calc.py':
      'import unittest\nimport answer\nclass T(unittest.TestCase):\n    def test(self):\n        self.assertEqual(answer.value, 42)\n',
  });
  expect(ofRuns(runs)).toMatchObject([
    { step: 'prepare', state: 'success' },
    { step: 'test', state: 'success' },
  ]);
  expect(registries.read).toEqual(
    expect.arrayContaining(['GET /simple/answer/', 'GET /files/answer-1.0-py3-none-any.whl']),
  );
  expect(printed).toContain('Ran 1 test');
  expect(printed).not.toContain('a-registry-password');
  expect(printed).not.toContain(Buffer.from(CREDENTIAL).toString('base64'));
});

test('Rust: from a sparse index, in the only folder with a manifest', {
  timeout: MINUTES,
}, async context => {
  if (rustToolchain() === null) return context.skip('there is no Rust here');
  const { runs, printed } = await testedIn({
    'README.md': '',
    'calc/Cargo.toml':
      '[package]\nname = "calc"\nversion = "0.1.0"\nedition = "2021"\n[dependencies]\nanswer = "1"\n',
    'calc/src/lib.rs': '#[test]\nfn it_is() { assert_eq!(answer::VALUE, 42); }\n',
  });
  expect(ofRuns(runs)).toMatchObject([
    { step: 'prepare', state: 'success' },
    { step: 'test', state: 'success' },
  ]);
  expect(printed).toContain('test it_is ... ok');
});

test.each([
  [
    'what fails fails as the install',
    'raise SystemExit("no such package")',
    'install',
    'exited with 1',
  ],
  [
    'what policy does not grant is named',
    'import urllib.request; urllib.request.urlopen("http://elsewhere.example/answer")',
    'no_network',
    'elsewhere.example:80: not granted to this run',
  ],
  [
    'a registry is only read, and only where it keeps packages',
    'import urllib.request; urllib.request.urlopen("http://pypi.registry.internal/admin/tokens")',
    'no_network',
    'GET pypi.registry.internal/admin/tokens: the path is not one of the registry',
  ],
])('%s', async (_, script, failed, reason) => {
  const commands = { install: ['python3', '-c', script], test: ['true'] };
  const { runs } = await testedIn({ '.github/gatehouse.yml': JSON.stringify({ commands }) });
  expect(ofRuns(runs)).toEqual([
    { step: 'prepare', state: 'failure', failed, reason: expect.stringContaining(reason) },
  ]);
});
