/** What was paid for is in the file, however an evaluation ends. */
import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openResultWriter, readResult } from '../../../src/cli/evaluate/result-file.ts';
import type { EvaluationResult } from '../../../src/core/evaluation/result.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gh-result-'));
});
afterAll(() => rm(folder, { recursive: true }));

const result = (suite: string): EvaluationResult => ({
  version: 1,
  suite,
  gatehouse: '1',
  startedAt: '2026-01-01T00:00:00Z',
  finishedAt: '2026-01-01T00:00:00Z',
  stopped: true,
  tasks: {},
  profiles: {},
  regression: { chance: 0.01 },
  trials: [],
});

it('has the last result, once the evaluation has ended in whatever way', async () => {
  const file = join(folder, 'out.json');
  const writer = await openResultWriter(file);
  expect(await readdir(folder)).toEqual([]);
  for (const suite of ['first', 'second', 'third']) writer.offer(result(suite));
  await writer.finish();
  expect(await readResult(file)).toEqual(result('third'));
  expect(await readdir(folder)).toEqual(['out.json']);
});

it('leaves what is there until there is something to write', async () => {
  const file = join(folder, 'kept.json');
  await writeFile(file, 'kept');
  const writer = await openResultWriter(file);
  await writer.finish();
  expect(await readFile(file, 'utf8')).toBe('kept');
});

it("refuses what can't be written before anything is spent", async () => {
  await expect(openResultWriter(folder)).rejects.toThrow('is a folder: name a file');
  await expect(openResultWriter(join(folder, 'none/out.json'))).rejects.toThrow('ENOENT');
  const file = join(folder, 'locked.json');
  await writeFile(file, '');
  await chmod(file, 0o400);
  if (process.getuid?.() !== 0) await expect(openResultWriter(file)).rejects.toThrow('EACCES');
});

it('reads what --json printed, and a result of before it said whether it was stopped', async () => {
  const file = join(folder, 'printed.json');
  const { stopped: _, ...earlier } = result('s');
  await writeFile(file, JSON.stringify({ ok: true, ...earlier, comparison: null }));
  expect(await readResult(file)).toEqual({ ...earlier, stopped: false });
  await writeFile(file, JSON.stringify({ ok: false, faults: [] }));
  await expect(readResult(file)).rejects.toThrow('is no result of `gatehouse evaluate --out`');
});
