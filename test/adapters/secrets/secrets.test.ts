import { existsSync, readFileSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createCommandSecret } from '../../../src/adapters/secrets/command.ts';
import { createEnvironmentSecret } from '../../../src/adapters/secrets/environment.ts';
import { createFileSecret } from '../../../src/adapters/secrets/file.ts';
import { secretsContract } from '../../contract/secrets.ts';

const folder = () => mkdtemp(join(tmpdir(), 'secrets-'));
const bash = (script: string, ...args: string[]): [string, ...string[]] => [
  ...(['bash', '-c', script] as const),
  ...['a vault', ...args],
];
const env = { PATH: process.env.PATH };

secretsContract('in the environment', async () => {
  let kept: string | undefined;
  return {
    place: createEnvironmentSecret('THE_KEY', () => kept),
    async keep(text) {
      kept = text ?? undefined;
    },
    async close() {},
  };
});

/** In a folder: the file is there with its text, or not at all. */
async function inFolder() {
  const dir = await folder();
  const path = join(dir, 'key');
  return {
    dir,
    path,
    keep: (text: string | null) =>
      text === null ? rm(path, { force: true }) : writeFile(path, text, 'utf8'),
    close: () => rm(dir, { recursive: true }),
  };
}

secretsContract('in a file', async () => {
  const { path, ...rest } = await inFolder();
  return { place: createFileSecret(path), ...rest };
});

secretsContract('with a command', async () => {
  const { path, ...rest } = await inFolder();
  const argv = bash('exec cat "$1"', path);
  return { place: createCommandSecret({ argv, env, keepMs: 0 }), ...rest };
});

describe('a file', () => {
  let dir = '';
  beforeAll(async () => {
    dir = await folder();
  });
  afterAll(() => rm(dir, { recursive: true }));

  test('that is a folder, or a pipe that nobody writes to, is none', async () => {
    await mkdir(join(dir, 'in'));
    await expect(createFileSecret(join(dir, 'in')).read()).rejects.toThrow(/is no file$/);
    const pipe = join(dir, 'pipe');
    await createCommandSecret({ argv: ['mkfifo', pipe], env })
      .read()
      .catch(() => {});
    expect(existsSync(pipe)).toBe(true);
    await expect(createFileSecret(pipe).read()).rejects.toThrow(/is no file$/);
  });

  test.skipIf(process.getuid?.() === 0)('that is not ours to read says so', async () => {
    await writeFile(join(dir, 'theirs'), 'a secret of theirs');
    await chmod(join(dir, 'theirs'), 0);
    await expect(createFileSecret(join(dir, 'theirs')).read()).rejects.toMatchObject({
      message: expect.stringMatching(/may not be read$/),
      remediation: expect.stringContaining('user of Gatehouse'),
    });
  });
});

describe('a command', () => {
  let dir = '';
  beforeAll(async () => {
    dir = await folder();
  });
  afterAll(() => rm(dir, { recursive: true }));

  test('is given its arguments as they are: there is no shell', async () => {
    const place = createCommandSecret({ argv: ['echo', '$(id) `id` ; id | id > x'], env });
    expect(await place.read()).toBe('$(id) `id` ; id | id > x');
  });

  test('that is not there, or fails, is told of without what it printed', async () => {
    const missing = createCommandSecret({ argv: ['/no/such/vault', 'kv'], env });
    await expect(missing.read()).rejects.toThrow(
      /^the command \/no\/such\/vault can't be started: ENOENT$/,
    );
    const script = 'echo sk-printed-all-the-same; echo sk-on-the-other >&2; exit 3';
    const failing = createCommandSecret({ argv: bash(script, 'an-argument'), env });
    await expect(failing.read()).rejects.toMatchObject({
      message: 'the command bash exited with 3',
      remediation: expect.stringMatching(/to see what it says/),
    });
    const killed = createCommandSecret({ argv: bash('kill -9 $$'), env });
    await expect(killed.read()).rejects.toThrow(/was ended by SIGKILL$/);
  });

  test('that does not end is ended, with all that it started', async () => {
    const pid = join(dir, 'pid');
    const argv = bash('sleep 600 & echo $! > "$1"; wait', pid);
    const place = createCommandSecret({ argv, env, timeoutMs: 500 });
    await expect(place.read()).rejects.toThrow(/did not end within 0.5 s$/);
    await expect.poll(() => isAlive(Number(readFileSync(pid, 'utf8')))).toBe(false);
  });

  test('that floods us is ended', async () => {
    const place = createCommandSecret({ argv: ['yes', 'sk-flood'], env });
    await expect(place.read()).rejects.toThrow(/printed too much for a secret$/);
  });

  test('is asked once for many uses, and anew after it failed', async () => {
    const count = join(dir, 'count');
    const fine = join(dir, 'fine');
    const argv = bash('echo >> "$1"; [ -e "$2" ] && echo the-secret-itself', count, fine);
    const place = createCommandSecret({ argv, env });
    const asked = () => readFileSync(count, 'utf8').length;
    await expect(place.read()).rejects.toThrow(/exited with 1/);
    await writeFile(fine, '');
    const values = await Promise.all([place.read(), place.read(), place.read()]);
    expect(values).toEqual(Array(3).fill('the-secret-itself'));
    expect(await place.read()).toBe('the-secret-itself');
    expect(asked()).toBe(2);
  });
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    // What nobody has waited for yet is still listed.
    return !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ');
  } catch {
    return false;
  }
}
