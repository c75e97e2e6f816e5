import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
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
  codex.create(await installCli(codex, options)).launch(REQUEST).binds[0]?.from ?? '';

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
const FOLDER = BINARY.replace(/\/codex$/, '');
/** Installs a program that tells what npm was called with, after its version. */
const INSTALLS = `mkdir -p ${FOLDER} && printf '#!/bin/sh\\necho codex-cli 0.169.0\\n# %s\\n' "$*" > ${BINARY} && chmod +x ${BINARY}`;

test.runIf(runsHere)('installs the pinned version once, whole', async () => {
  await withNpm(INSTALLS);
  const said: string[] = [];
  const folder = await ensureCodex({ dir, report: message => said.push(message) });
  expect(folder).toBe(join(dir, 'codex-0.169.0', BINARY.replace(/\/bin\/codex$/, '')));
  expect(await readFile(join(folder, 'bin/codex'), 'utf8')).toMatch(
    /# install --no-audit --no-fund --ignore-scripts .*--no-global --location=project .*--include=optional @openai\/codex@0\.169\.0\n$/,
  );
  expect(await readdir(dir)).toEqual(['codex-0.169.0']);

  await withNpm('exit 9');
  expect(await ensureCodex({ dir, report: message => said.push(message) })).toBe(folder);
  expect(said).toEqual([
    'installing @openai/codex@0.169.0 (400 MB)',
    'installed @openai/codex@0.169.0',
  ]);
});

test.runIf(runsHere)(
  'reaches the registry as the settings say, which npm does not know',
  async () => {
    const said = '"$https_proxy $no_proxy $NODE_EXTRA_CA_CERTS"';
    await withNpm(INSTALLS.replace('"$*"', said));
    vi.stubEnv('https_proxy', 'http://elsewhere:1');
    const network = {
      https_proxy: 'http://proxy:3128',
      no_proxy: 'a.b',
      NODE_EXTRA_CA_CERTS: '/ca',
    };
    const folder = await ensureCodex({ dir, network });
    expect(await readFile(join(folder, 'bin/codex'), 'utf8')).toContain(
      '\n# http://proxy:3128 a.b /ca\n',
    );
  },
);

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

test.runIf(runsHere).each([
  ['half of it', ''],
  ['a program that was cut off', `head -c 100 /dev/zero > ${BINARY}; chmod +x ${BINARY}`],
  ['a program that may not be run', `echo > ${BINARY}`],
  [
    'another version',
    `printf '#!/bin/sh\\necho codex-cli 0.1.0\\n' > ${BINARY}; chmod +x ${BINARY}`,
  ],
])('%s, which a broken try left, is replaced', async (_, left) => {
  const there = join(dir, 'codex-0.169.0');
  await mkdir(join(there, FOLDER), { recursive: true });
  execFileSync('/bin/sh', ['-c', left], { cwd: there });
  await withNpm(INSTALLS);
  const folder = await ensureCodex({ dir });
  expect(await readFile(join(folder, 'bin/codex'), 'utf8')).toContain('@openai/codex@0.169.0');
  expect(await readdir(dir)).toEqual(['codex-0.169.0']);
});

test.runIf(runsHere)(
  'what an install that was killed left is removed, and none that is at work',
  async () => {
    await withNpm(INSTALLS);
    const [old, young] = ['codex-0.1.0.0a1b2c3d.part', 'kilo-7.7.7.4e5f6a7b.part'];
    for (const name of [old, young]) await mkdir(join(dir, name), { recursive: true });
    const hourAgo = Date.now() / 1000 - 3_600;
    await utimes(join(dir, old), hourAgo, hourAgo);
    await ensureCodex({ dir });
    expect(await readdir(dir)).toEqual(['codex-0.169.0', young]);
  },
);

const REACH = "See that this machine reaches npm's registry";
const ROOM = 'Make room there';
const HAND = 'Try it by hand: npm install --prefix';
test.runIf(runsHere).each([
  [
    'npm reaches no registry',
    'printf "npm warn old\\nnpm error code ECONNREFUSED\\nnpm error syscall connect\\nnpm error errno ECONNREFUSED\\nnpm error FetchError: request to http://127.0.0.1:9/x failed, reason: connect ECONNREFUSED\\n" >&2; exit 1',
    'agents: FetchError: request to http://127.0.0.1:9/x failed, reason: connect ECONNREFUSED\n',
    REACH,
  ],
  [
    'npm knows no such host',
    'printf "npm error code ENOTFOUND\\nnpm error network request to http://x.invalid/ failed\\n" >&2; exit 1',
    'agents: network request to http://x.invalid/ failed\n',
    REACH,
  ],
  ['npm says nothing', 'exit 1', 'agents: Command failed: npm install', HAND],
  [
    'the disk is full, which is a success to npm',
    `${INSTALLS}; echo "npm warn tar TAR_ENTRY_ERROR ENOSPC: no space left on device, write" >&2`,
    'agents: ENOSPC: no space left on device, write\n',
    ROOM,
  ],
  [
    'the disk is full, and npm says so',
    'printf "npm error code ENOSPC\\nnpm error nospc ENOSPC: no space left on device\\n" >&2; exit 228',
    'agents: nospc ENOSPC: no space left on device\n',
    ROOM,
  ],
  [
    'the package lacks its binary',
    'mkdir -p node_modules',
    'without the binary for this machine',
    HAND,
  ],
  [
    'what came does not start',
    `mkdir -p ${FOLDER}; echo > ${BINARY}`,
    'Codex does not start: ',
    HAND,
  ],
])('%s: it says so with what to do, and leaves nothing', async (_name, script, why, remedy) => {
  await withNpm(script);
  const failed = ensureCodex({ dir });
  await expect(failed).rejects.toThrow(/^@openai\/codex@0\.169\.0 can't be installed below /);
  await expect(failed).rejects.toThrow(why);
  await expect(failed).rejects.toThrow(remedy);
  expect(await readdir(dir)).toEqual([]);
});

test.runIf(runsHere)('an interrupt ends npm, and leaves nothing', async () => {
  await withNpm('exec sleep 600');
  const report = (message: string) => {
    if (/ of /.test(message)) process.emit('SIGTERM', 'SIGTERM');
  };
  await expect(ensureCodex({ dir, report })).rejects.toThrow(
    /: it was interrupted\nRun it again\.$/,
  );
  expect(await readdir(dir)).toEqual([]);
});

test.runIf(runsHere)('without npm it says so', async () => {
  vi.stubEnv('PATH', '/nowhere');
  onTestFinished(() => void vi.unstubAllEnvs());
  await expect(ensureCodex({ dir })).rejects.toThrow(/: npm is not on the PATH\nInstall npm, /);
});

test.runIf(runsHere)('where nothing can be written, it says so', async () => {
  await withNpm('exit 9');
  await writeFile(dir, 'a file');
  await expect(installCli(codex, { dir })).rejects.toThrow(
    /: EEXIST: .*\nSee that Gatehouse's user may write there, /,
  );
});

test.runIf(runsHere)('needs the room that it takes, before it asks npm', async () => {
  await withNpm('exit 9');
  const large = { ...codex, cli: { ...codex.cli, megabytes: 1e9 } };
  await expect(installCli(large, { dir })).rejects.toThrow(
    /: it takes 1000000000 MB, and \d+ MB are free there\nMake room there, /,
  );
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
