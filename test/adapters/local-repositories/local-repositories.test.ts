/** Repositories of this machine in the place of GitHub. */
import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { openLocalRepositories } from '../../../src/adapters/local-repositories/local-repositories.ts';

type Opened = Awaited<ReturnType<typeof openLocalRepositories>>;
let folder: string;
let opened: Opened;
let clone: string;
const commits: string[] = [];

const git = async (...args: string[]) =>
  (await execa('git', ['-c', 'user.name=M', '-c', 'user.email=m@x', ...args])).stdout.trim();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gh-local-'));
  clone = join(folder, 'shop');
  await git('init', '--quiet', clone);
  for (const text of ['first', 'second', 'third']) {
    await writeFile(join(clone, 'file'), text);
    await git('-C', clone, 'add', '.');
    await git('-C', clone, 'commit', '--quiet', '-m', text);
    commits.push(await git('-C', clone, 'rev-parse', 'HEAD'));
  }
  await git('-C', clone, 'tag', 'later');
  opened = await openLocalRepositories(join(folder, 'state'));
});
afterAll(async () => {
  await opened.close();
  await rm(folder, { recursive: true });
});

afterEach(() => vi.unstubAllEnvs());

/** As an agent's mirror would fetch it. */
async function cloned(repository: Parameters<Opened['github']['facts']['remote']>[0]) {
  const { url, token } = await opened.github.facts.remote(repository, 'read');
  const to = join(folder, `clone-${Math.random()}`);
  const basic = Buffer.from(`x-access-token:${await token()}`).toString('base64');
  await git('-c', `http.extraHeader=Authorization: Basic ${basic}`, 'clone', '--quiet', url, to);
  return to;
}

it('has a commit with its history, and nothing of what came later', async () => {
  const [first = '', second = '', third = ''] = commits;
  const taken = await opened.repositories.take(clone, second);
  expect(taken).toMatchObject({ commit: second, branch: 'main', repository: { name: 'shop' } });
  const at = await cloned(taken.repository);
  expect(await git('-C', at, 'log', '--format=%H')).toBe(`${second}\n${first}`);
  expect(await git('-C', at, 'tag')).toBe('');
  await expect(git('-C', at, 'cat-file', '-e', third)).rejects.toThrow();
  expect(await opened.repositories.take(clone, second)).toEqual(taken);
});

it('has a folder as it lies there, always by the same name', async () => {
  const plain = join(folder, 'plain');
  await mkdir(join(plain, '.github'), { recursive: true });
  await writeFile(join(plain, '.github/gatehouse.yml'), 'commands: {}\n');
  await writeFile(join(plain, '.gitignore'), 'built\n');
  await writeFile(join(plain, 'built'), '');
  const taken = await opened.repositories.take(plain, null);
  const at = await cloned(taken.repository);
  expect(await git('-C', at, 'ls-files')).toBe('.github/gatehouse.yml\n.gitignore');
  expect(await opened.repositories.take(plain, null)).toEqual(taken);
  await writeFile(join(plain, 'more'), '');
  const later = await opened.repositories.take(plain, null);
  expect(later.commit).not.toBe(taken.commit);
});

it('finds hidden files in what an agent is given, and in its history', async () => {
  const hidden = (path: string, content: string, at: string | null = null) => ({
    files: [{ path, content: Buffer.from(content) }],
    folder: at,
  });
  const { repository } = await opened.repositories.take(clone, commits[1] ?? '');
  const found = (...of: Parameters<typeof hidden>) =>
    opened.repositories.findHidden(repository, hidden(...of));
  expect(await found('test/a.js', 'second')).toEqual({ path: 'file', commit: null });
  expect(await found('file', 'first')).toEqual({ path: 'file', commit: commits[0] });
  // What it has there already, what comes later, what is empty, and what it never had.
  expect(await found('file', 'second')).toBeNull();
  expect(await found('file', 'third')).toBeNull();
  expect(await found('file', '')).toBeNull();
  expect(await found('file', 'other', 'evaluation/hidden')).toBeNull();

  const whole = join(folder, 'whole');
  await mkdir(join(whole, 'evaluation/hidden/test'), { recursive: true });
  await writeFile(join(whole, 'evaluation/hidden/test/a.js'), 'an earlier one');
  const own = await opened.repositories.take(whole, null);
  const at = { path: 'evaluation/hidden/test/a.js', commit: null };
  const edited = hidden('test/a.js', 'edited since', 'evaluation/hidden');
  expect(await opened.repositories.findHidden(own.repository, edited)).toEqual(at);
});

it('leaves the repository alone that a hook of git has in its environment', async () => {
  const plain = join(folder, 'hooked');
  await mkdir(plain);
  await writeFile(join(plain, 'file'), 'of the folder');
  const dir = join(clone, '.git');
  const index = join(dir, 'index');
  const before = await readFile(index);
  for (const [name, value] of Object.entries({
    GIT_DIR: dir,
    GIT_INDEX_FILE: index,
    GIT_WORK_TREE: clone,
    GIT_OBJECT_DIRECTORY: join(dir, 'objects'),
    GIT_COMMON_DIR: dir,
    GIT_PREFIX: 'x/',
    GIT_NAMESPACE: 'x',
  }))
    vi.stubEnv(name, value);
  const other = await openLocalRepositories(join(folder, 'other-state'));
  try {
    const taken = await other.repositories.take(plain, null);
    await other.repositories.take(clone, commits[1] ?? '');
    expect(await readFile(index)).toEqual(before);
    vi.unstubAllEnvs();
    await expect(git('-C', clone, 'cat-file', '-e', taken.commit)).rejects.toThrow();
  } finally {
    await other.close();
  }
});

it('refuses a folder whose files git would leave out', async () => {
  const outer = join(folder, 'outer');
  await mkdir(outer);
  await git('clone', '--quiet', clone, join(outer, 'inner'));
  const refused = `${join(outer, 'inner')} is a git repository of its own`;
  await expect(opened.repositories.take(outer, null)).rejects.toThrow(refused);
  await rm(join(outer, 'inner'), { recursive: true });
  await git('init', '--quiet', join(outer, 'inner'));
  await writeFile(join(outer, 'inner', 'file'), '');
  await expect(opened.repositories.take(outer, null)).rejects.toThrow(refused);
  await writeFile(join(outer, '.gitignore'), 'inner\n');
  await opened.repositories.take(outer, null);
});

it('ends a fetch that is no longer wanted, and removes what killed ones left', async () => {
  const gone = AbortSignal.abort(new Error('stopped'));
  await expect(
    opened.repositories.take(join(folder, 'nowhere'), '2'.repeat(40), gone),
  ).rejects.toThrow('stopped');
  const state = join(folder, 'swept');
  const at = join(state, 'repositories');
  const [old, young] = ['0', '1'].map(one => `${one.repeat(8)}-0000-4000-8000-000000000000.git`);
  for (const name of [old, young, '12.git'])
    await mkdir(join(at, String(name)), { recursive: true });
  for (const name of [old, '12.git']) await utimes(join(at, String(name)), 1, 1);
  await (await openLocalRepositories(state)).close();
  expect((await readdir(at)).sort()).toEqual([young, '12.git'].sort());
});

it('says where there is no such commit', async () => {
  await expect(opened.repositories.take(clone, '1'.repeat(40))).rejects.toThrow(
    `${clone} has no commit ${'1'.repeat(40)} on any branch: correct \`commit\``,
  );
  await expect(opened.repositories.take(join(folder, 'nowhere'), '1'.repeat(40))).rejects.toThrow(
    'git fetch: ',
  );
});

it('serves nobody without the token', async () => {
  const { repository } = await opened.repositories.take(clone, commits[0] ?? '');
  const { url } = await opened.github.facts.remote(repository, 'read');
  const asked = (headers = {}) =>
    fetch(`${url}/info/refs?service=git-upload-pack`, { headers }).then(({ status }) => status);
  expect(await asked()).toBe(401);
  expect(await asked({ authorization: 'Basic eA==' })).toBe(401);
});

it('writes nothing, and refuses what it does not know', async () => {
  const { facts, record, writes } = opened.github;
  const { repository } = await opened.repositories.take(clone, commits[0] ?? '');
  const refused = {
    class: 'forbidden',
    message: expect.stringContaining('There is no GitHub here'),
  };
  await expect(writes.deleteBranch(repository, 'main', 'x')).rejects.toMatchObject(refused);
  await expect(record.findRepository('a', 'b')).rejects.toMatchObject(refused);
  await expect(facts.issue(repository, 1)).rejects.toMatchObject(refused);
  expect(await facts.organization(repository)).toBeNull();
});
