/** A folder of artifacts appears whole or not at all, and nothing of it is written elsewhere. */
import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type FolderFile, writeFolder } from '../../src/cli/artifacts/write-folder.ts';
import { openStore, type TestStore } from '../adapters/store/database.ts';
import { runHere } from './environment.ts';

let home = '';
let store: TestStore;
beforeAll(async () => {
  store = await openStore();
});
afterAll(() => store.close());
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'artifacts-'));
  return () => rm(home, { recursive: true, force: true });
});

async function* these(...files: (FolderFile | Error)[]): AsyncIterable<FolderFile> {
  for (const file of files) {
    if (file instanceof Error) throw file;
    yield file;
  }
}
const one = { path: ['steps', 'author-1-1', 'patch.diff'], content: 'diff\n' };
const two = { path: ['job.json'], content: Buffer.from([0, 255]) };

describe('a folder of artifacts', () => {
  it('has its files, readable by the owner alone, with digests that sha256sum checks', async () => {
    const to = join(home, 'new', 'task');
    expect(await writeFolder(to, these(one, two))).toEqual({ files: 2, bytes: 7 });
    expect(await readFile(join(to, 'steps/author-1-1/patch.diff'), 'utf8')).toBe('diff\n');
    expect(await readFile(join(to, 'job.json'))).toEqual(two.content);
    expect((await stat(join(to, 'job.json'))).mode & 0o777).toBe(0o600);
    const check = () => spawnSync('sha256sum', ['--check', 'SHA256SUMS'], { cwd: to });
    expect(check().status).toBe(0);
    await writeFile(join(to, 'job.json'), 'changed');
    expect(check().status).toBe(1);
    expect(await readdir(join(home, 'new'))).toEqual(['task']);
  });

  it('takes an empty folder, and none that holds something or is a file', async () => {
    await mkdir(join(home, 'empty'));
    await writeFolder(join(home, 'empty'), these(one));
    await expect(writeFolder(join(home, 'empty'), these(two))).rejects.toThrow(
      /empty is not empty: name a folder that is not there yet/,
    );
    await writeFile(join(home, 'file'), '');
    await expect(writeFolder(join(home, 'file'), these(two))).rejects.toThrow(/can't be written/);
    expect((await readdir(home)).sort()).toEqual(['empty', 'file']);
  });

  it.each([
    ['a folder above', ['..', 'escaped']],
    ['a path in a name', ['steps', 'a/../../escaped']],
    ['an absolute path', ['/tmp/escaped']],
    ['a hidden file', ['.bashrc']],
    ['nothing', []],
    ['an empty name', ['steps', '']],
    ['a line end', ['a\nb']],
    ['a NUL', ['a\0b']],
    ['a long name', ['a'.repeat(300)]],
    ['its own sums', ['SHA256SUMS']],
    ['the same file twice', ['steps', 'author-1-1', 'patch.diff']],
  ])('leaves nothing behind where it is given %s', async (_what, path) => {
    const writing = writeFolder(join(home, 'task'), these(one, { path, content: 'x' }, two));
    await expect(writing).rejects.toThrow();
    expect(await readdir(home)).toEqual([]);
  });

  it('leaves nothing behind where an artifact is gone or was changed', async () => {
    const gone = new Error('artifact sha256:… was changed on disk');
    await expect(writeFolder(join(home, 'task'), these(one, gone))).rejects.toThrow(gone);
    expect(await readdir(home)).toEqual([]);
  });
});

it('of a task that there is not, `gatehouse artifacts` says so', async () => {
  const ended = await runHere(['artifacts', '42-1-0a1b2c3d', '--to', join(home, 'task')], {
    DATABASE_URL: store.url,
    GATEHOUSE_STATE_DIR: home,
  });
  expect(ended).toMatchObject({ code: 1, stdout: '' });
  expect(ended.stderr).toMatch(/there is no (?:task|stream) "?42-1-0a1b2c3d/);
});
