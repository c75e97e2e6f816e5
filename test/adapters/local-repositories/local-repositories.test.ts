/** Repositories of this machine in the place of GitHub. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, it } from 'vitest';
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
