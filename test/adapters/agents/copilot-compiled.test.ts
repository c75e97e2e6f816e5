/** What Copilot's start compiles is kept once, for sandboxes to read. */
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { keepCompiled } from '../../../src/adapters/agents/copilot/compiled.ts';

/** A program that does with Node's cache as Copilot does, and counts its starts. */
const COMPILES = `umask 077
echo started >> "$COPILOT_CACHE_HOME/starts"
mkdir -p "$HOME/.copilot" "$NODE_COMPILE_CACHE/v24-x64-ab-7"
echo code > "$NODE_COMPILE_CACHE/v24-x64-ab-7/222f3581"`;

async function programOf(script: string) {
  const root = await mkdtemp(join(tmpdir(), 'compiled-'));
  onTestFinished(() => rm(root, { recursive: true, force: true }));
  const [binary, unpacked] = [join(root, 'copilot'), join(root, 'unpacked')];
  await mkdir(unpacked);
  await writeFile(binary, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  return { binary, unpacked };
}

test('is made once, for the user of sandboxes, who may read it', async () => {
  const { binary, unpacked } = await programOf(COMPILES);
  await keepCompiled(binary, unpacked);
  await keepCompiled(binary, unpacked);
  expect(await readFile(join(unpacked, 'starts'), 'utf8')).toBe('started\n');
  expect((await readdir(unpacked)).sort()).toEqual(['compiled', 'starts']);
  expect(await readdir(join(unpacked, 'compiled'))).toEqual(['v24-x64-ab-1000']);
  const modes = ['', 'v24-x64-ab-1000', 'v24-x64-ab-1000/222f3581'].map(async path => {
    const { mode } = await stat(join(unpacked, 'compiled', path));
    return mode & 0o777;
  });
  expect(await Promise.all(modes)).toEqual([0o755, 0o755, 0o644]);
});

test.each(['exit 1', 'kill -9 $$'])(
  'a program that compiles nothing (%s) leaves nothing',
  async script => {
    const { binary, unpacked } = await programOf(script);
    await keepCompiled(binary, unpacked);
    expect(await readdir(unpacked)).toEqual([]);
  },
);

test('where nothing can be written or started, nothing fails', async () => {
  const { unpacked } = await programOf('');
  await keepCompiled('/nowhere/copilot', unpacked);
  await keepCompiled('/nowhere/copilot', '/nowhere');
  expect(await readdir(unpacked)).toEqual([]);
});
