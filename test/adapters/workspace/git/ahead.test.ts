/** What is going to be asked of git is asked as one process, and each answer is the one that it has alone. */
import { subscribe } from 'node:diagnostics_channel';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { readAhead, readBlobs, readSizes } from '../../../../src/adapters/workspace/git/blobs.ts';
import { git, gitLine } from '../../../../src/adapters/workspace/git/git.ts';
import { askAhead, gitOnceInTurn } from '../../../../src/adapters/workspace/git/git-in-turn.ts';
import { CONTENT_LIMITS } from '../../../../src/adapters/workspace/git/git-limits.ts';
import { createGitDir } from '../../../../src/adapters/workspace/mirror/mirror.ts';
import { temporaryFolder } from '../../sandbox/temporary-folder.ts';

let dir = '';
let started = 0;
subscribe('child_process', () => {
  started += 1;
});
/** What it gives, and how many processes it starts. */
async function counting<T>(work: () => Promise<T>): Promise<[T, number]> {
  const before = started;
  const given = await work();
  return [given, started - before];
}
const store = (input: string | Buffer) => gitLine(['hash-object', '-w', '--stdin'], { dir, input });
beforeAll(async () => {
  dir = join(await temporaryFolder(), 'git');
  await createGitDir(dir, []);
});

test('small blobs are read once; a large one, and all behind it, when they are wanted', async () => {
  const texts = ['', 'one', 'two\n3 blob 9\n', '\0'];
  const small = await Promise.all(texts.map(store));
  const large = await store(Buffer.alloc(3_000_000, 'x'));
  const last = await store('last');
  const missing = '1'.repeat(40);
  // Of what was read before, the size is known as well.
  await readBlobs(dir, small.slice(1, 2));
  expect((await counting(() => readAhead(dir, [missing, ...small])))[1]).toBe(1);
  const [contents, none] = await counting(() => readBlobs(dir, small));
  expect([[...contents.values()].map(String), none]).toEqual([texts, 0]);
  const [sizes, nothing] = await counting(() => readSizes(dir, small));
  expect([[...sizes.values()], nothing]).toEqual([texts.map(text => text.length), 0]);
  await readAhead(dir, [large, last]);
  const [rest, one] = await counting(() => readSizes(dir, [large, last, missing]));
  expect([Object.fromEntries(rest), one]).toEqual([{ [large]: 3_000_000, [last]: 4 }, 1]);
});

test('answers are kept as those of each that asks', async () => {
  const options = { dir, limits: CONTENT_LIMITS };
  const input = `100644 blob ${await store('file')}\tfile\n`;
  const tree = await gitLine(['mktree'], { dir, input });
  const list = ['ls-tree', tree];
  const name = ['ls-tree', '--name-only', tree];
  const cut = ['ls-tree', '-l', tree];
  const questions = [
    { questions: [list, name] },
    { questions: [cut], most: 10 },
    { questions: [] },
  ];
  // All as one, and one of them alone, which prints too much.
  expect((await counting(() => askAhead(questions, options)))[1]).toBe(2);
  const [answers, none] = await counting(() => gitOnceInTurn([list, name], options));
  expect([answers.map(String), none]).toEqual([[input, 'file\n'], 0]);
  const [[begun], nothing] = await counting(() => gitOnceInTurn([cut], { ...options, most: 10 }));
  expect([String(begun), nothing]).toEqual(['100644 blo', 0]);
  expect((await counting(() => askAhead(questions, options)))[1]).toBe(0);
  // What fails together fails by itself, and for itself alone.
  const failing = [
    { questions: [['ls-tree', '1'.repeat(40)]] },
    { questions: [['cat-file', 't', tree]] },
  ];
  await askAhead([{ questions: [['cat-file', '-t', tree]] }, ...failing], options);
  expect(String(await gitOnceInTurn([['cat-file', '-t', tree]], options))).toBe('tree\n');
  await expect(gitOnceInTurn([['ls-tree', '1'.repeat(40)]], options)).rejects.toThrow('ls-tree');
  expect(await git(['cat-file', '-t', tree], { dir })).toEqual(Buffer.from('tree\n'));
});
