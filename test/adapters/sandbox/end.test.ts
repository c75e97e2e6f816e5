import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { createSandbox } from '../../../src/adapters/sandbox/sandbox.ts';
import type { SandboxSpec } from '../../../src/engine/ports/sandbox.ts';
import { until } from '../../demo/until.ts';
import { LIMITS, run, runInside, specFor } from './run-inside.ts';

/** Starts forty daemons in sessions of their own that ignore signals and keep the pipes open. */
const DAEMONS = (name: string) => `
for i in $(seq 20); do
  setsid perl -e '$0 = "${name}"; $SIG{$_} = "IGNORE" for qw(TERM INT HUP); sleep 1000' &
  ( setsid perl -e '$0 = "${name}"; $SIG{$_} = "IGNORE" for qw(TERM INT HUP); sleep 1000' & ) &
done
until [ $(pgrep -c -f '^${name}') -ge 40 ] 2>/dev/null; do :; done
echo up
`;

/** Processes of the host whose command line begins with the name. */
async function named(name: string): Promise<number> {
  let count = 0;
  for (const pid of await readdir('/proc')) {
    const line = await readFile(`/proc/${pid}/cmdline`, 'latin1').catch(() => '');
    if (line.startsWith(name)) count += 1;
  }
  return count;
}

const unique = () => `daemon${process.pid}x${Math.floor(performance.now() * 1000)}`;

describe('how it ends', () => {
  test('by itself, with its exit code', async () => {
    expect(await runInside('exit 7')).toMatchObject({ exitCode: 7, signal: null, by: 'exit' });
    expect(await runInside('kill -9 $$')).toMatchObject({ exitCode: 137, by: 'exit' });
    const missing = await run({ ...(await specFor('')), argv: ['/no/such/program'] });
    expect(missing).toMatchObject({ exitCode: 127, by: 'exit' });
    expect(missing.stderr).toContain('/no/such/program');
  });

  test('by itself, with all its daemons', async () => {
    const name = unique();
    const ended = await runInside(DAEMONS(name));
    expect(ended).toMatchObject({ exitCode: 0, by: 'exit', stdout: 'up\n' });
    expect(await named(name)).toBe(0);
  });

  test('by timeout', async () => {
    const name = unique();
    // Its time is up when all daemons are.
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    const sandbox = await createSandbox({ stateDir: tmpdir() });
    const running = await sandbox.start(
      await specFor(`${DAEMONS(name)} trap "" TERM; while :; do sleep 1; done`),
    );
    vi.advanceTimersByTime(LIMITS.wallMs - 1);
    for await (const { chunk } of running.output) {
      expect(chunk.toString()).toBe('up\n');
      expect(await named(name)).toBeGreaterThanOrEqual(40);
      vi.advanceTimersByTime(1);
    }
    expect(await running.done).toMatchObject({
      exitCode: null,
      signal: 'SIGKILL',
      by: 'timeout',
    });
    expect(await named(name)).toBe(0);
  });

  test('by abort, while tools run', async () => {
    const name = unique();
    const controller = new AbortController();
    const sandbox = await createSandbox({ stateDir: tmpdir() });
    const spec = await specFor(`${DAEMONS(name)} sleep 1000`, { signal: controller.signal });
    const running = await sandbox.start(spec);
    for await (const { chunk } of running.output) if (chunk.includes('up')) controller.abort();
    expect(await running.done).toMatchObject({ exitCode: null, by: 'aborted' });
    expect(await named(name)).toBe(0);
  });

  test('by an abort that came before the start: nothing has run', async () => {
    const spec = await specFor('echo ran > /work/ran', { signal: AbortSignal.abort() });
    expect(await run(spec)).toMatchObject({ by: 'aborted', stdout: '' });
    expect(spec.workTree.kind === 'folder' && (await readdir(spec.workTree.path))).toEqual([]);
  });

  test('by its output, of which no more is kept than allowed', async () => {
    const before = process.memoryUsage().rss;
    const ended = await runInside('head -c 10000000000 /dev/zero', {
      limits: { ...LIMITS, outputBytes: 1_000_000 },
    });
    expect(ended).toMatchObject({ by: 'output_limit', exitCode: null });
    expect(ended.stdout.length).toBe(1_000_000);
    expect(process.memoryUsage().rss - before).toBeLessThan(100_000_000);
  });

  test('with Gatehouse: SIGKILL to it leaves no process and no mount', async () => {
    const name = unique();
    const { signal: _, ...spec } = await specFor(`${DAEMONS(name)} sleep 1000`);
    const mounts = await mountsBeside(spec.workTree);
    const script = `
      const { createSandbox } = await import('${join(import.meta.dirname, '../../../src/adapters/sandbox/sandbox.ts')}');
      const sandbox = await createSandbox({ stateDir: '${tmpdir()}' });
      const signal = new AbortController().signal;
      const running = await sandbox.start({ ...JSON.parse(process.env.SPEC), signal });
      for await (const { chunk } of running.output) process.stdout.write(chunk);`;
    const parent = spawn(process.execPath, ['--input-type=module', '-e', script], {
      env: { SPEC: JSON.stringify(spec) },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(parent.stdout, 'data');
    expect(await named(name)).toBeGreaterThanOrEqual(40);
    parent.kill('SIGKILL');
    await until('the kernel to end them', async () => (await named(name)) === 0);
    expect(await mountsBeside(spec.workTree)).toEqual(mounts);
  });
});

/** The host's mounts, without those that other tests make in their own folders meanwhile. */
async function mountsBeside(tree: SandboxSpec['workTree']): Promise<string[]> {
  const own = tree.kind === 'folder' ? tree.path : tree.upper;
  const lines = (await readFile('/proc/mounts', 'utf8')).split('\n');
  return lines.filter(line => !line.includes('/gatehouse-test-') || line.includes(own));
}

test('no list of the host grows by its mounts', async () => {
  const spec = await specFor('true');
  expect(await run(spec)).toMatchObject({ exitCode: 0 });
  const listed = await readFile('/run/mount/utab', 'utf8').catch(() => '');
  const { workTree } = spec;
  expect(listed).not.toContain(workTree.kind === 'folder' ? workTree.path : 'a folder');
});

describe('its output', () => {
  test('its two streams, in chunks, and nothing twice', async () => {
    expect(await runInside('echo out; echo err >&2')).toMatchObject({
      stdout: 'out\n',
      stderr: 'err\n',
    });
  });

  test('answers, in a conversation', async () => {
    const sandbox = await createSandbox({ stateDir: tmpdir() });
    const running = await sandbox.start(
      await specFor('read a; echo "received $a"; read b; echo "received $b"', {
        stdin: { first: 'one\n' },
      }),
    );
    let received = '';
    for await (const { chunk } of running.output) {
      if (received === '') running.write('two\n');
      received += chunk.toString();
    }
    expect(received).toBe('received one\nreceived two\n');
    running.write('too late\n');
    expect((await running.done).exitCode).toBe(0);
  });
});
