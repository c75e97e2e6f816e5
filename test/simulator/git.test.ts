import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openEnvironment, PERMISSIONS, refused, type SimulatorEnvironment } from './environment.ts';

const run = promisify(execFile);
let environment: SimulatorEnvironment;
let folder: string;
beforeEach(async () => {
  environment = await openEnvironment();
  folder = await mkdtemp(join(tmpdir(), 'git-test-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
  await environment.close();
});

async function git(...args: string[]): Promise<string> {
  const env = {
    PATH: process.env.PATH,
    HOME: folder,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_TERMINAL_PROMPT: '0',
    LC_ALL: 'C',
  };
  const { stdout, stderr } = await run(
    'git',
    ['-C', folder, '-c', 'user.name=Bob', '-c', 'user.email=bob@example.com', ...args],
    { env },
  );
  return stdout + stderr;
}

async function clone(token: string, ...options: string[]): Promise<void> {
  await git(
    'clone',
    '--quiet',
    ...options,
    environment.github.cloneUrl(environment.repository, token),
    '.',
  );
}

async function commit(path: string, content: string): Promise<void> {
  await mkdir(dirname(join(folder, path)), { recursive: true });
  await writeFile(join(folder, path), content);
  await git('add', '.');
  await git('commit', '--quiet', '-m', `Change ${path}`);
}

/** What git said when the push was refused. */
async function refusedPush(...refspec: string[]): Promise<string> {
  const error = await git('push', '--quiet', 'origin', ...refspec).then(
    () => undefined,
    (thrown: { stderr: string }) => thrown,
  );
  if (!error) throw new Error('the push went through');
  return error.stderr;
}

async function installationToken(narrowing: object = {}): Promise<string> {
  const { data } = await environment.asApp.rest.apps.createInstallationAccessToken({
    installation_id: environment.installation.id,
    ...narrowing,
  });
  return data.token;
}

test('an App clones, pushes a branch and everybody hears', async () => {
  const { receiver, github } = environment;
  await clone(await installationToken());
  expect(await readFile(join(folder, 'README.md'), 'utf8')).toBe('# Library\n');
  await git('checkout', '--quiet', '-b', 'topic');
  await commit('docs/new.md', 'New\n');
  await git('push', '--quiet', 'origin', 'topic');
  await github.idle();
  const head = (await git('rev-parse', 'HEAD')).trim();
  expect(receiver.last('push').payload).toMatchObject({
    ref: 'refs/heads/topic',
    after: head,
    created: true,
    commits: [{ id: head, added: ['docs/new.md'], author: { name: 'Bob' } }],
    pusher: { name: 'helper[bot]' },
  });
  expect(receiver.last('create').payload).toMatchObject({ ref: 'topic', ref_type: 'branch' });
  expect(receiver.last('check_suite', 'requested').payload.check_suite.head_sha).toBe(head);
});

test('shallow and partial clones work', async () => {
  await environment.github.push(environment.repository, {
    branch: 'main',
    changes: { second: '2' },
    message: 'Second',
    author: environment.bob,
  });
  await clone(environment.bob.token, '--depth=1', '--filter=blob:none', '--no-checkout');
  expect((await git('rev-list', '--count', 'HEAD')).trim()).toBe('1');
  const promised = await git('rev-list', '--objects', '--missing=print', 'HEAD');
  expect(promised).toMatch(/^\?/m);
  await git('checkout', '--quiet');
  expect(await readFile(join(folder, 'second'), 'utf8')).toBe('2');
});

test('a push to an open pull request moves its head', async () => {
  const { number, branch, sha } = await environment.openPull();
  await clone(environment.bob.token, '--branch', branch);
  await commit('more', 'more');
  await git('push', '--quiet');
  const { data } = await environment.octokit.rest.pulls.get({
    ...environment.at,
    pull_number: number,
  });
  expect(data.head.sha).toBe((await git('rev-parse', 'HEAD')).trim());
  await environment.github.idle();
  expect(environment.receiver.last('pull_request', 'synchronize').payload.before).toBe(sha);
  await git('push', '--quiet', 'origin', `:${branch}`);
  expect(
    (await environment.octokit.rest.pulls.get({ ...environment.at, pull_number: number })).data
      .state,
  ).toBe('closed');
});

test('without the right to read there is no repository, without the right to write no push', async () => {
  const { github, carol } = environment;
  const stranger = github.createUser('mallory');
  await expect(clone(stranger.token)).rejects.toThrow(/not found/i);
  await expect(clone('ghs_wrong')).rejects.toThrow(/Authentication failed/i);
  await expect(
    clone(await installationToken({ permissions: { issues: 'write' } })),
  ).rejects.toThrow(/403/);
  await clone(carol.token);
  await git('checkout', '--quiet', '-b', 'topic');
  await commit('a', 'a');
  expect(await refusedPush('topic')).toContain('403');
});

test('a protected branch is refused with GH006', async () => {
  environment.github.protectBranch(environment.repository, 'main', { requiredReviews: 1 });
  await clone(await installationToken());
  await commit('a', 'a');
  const said = await refusedPush('main');
  expect(said).toContain('GH006: Protected branch update failed for refs/heads/main');
  expect(said).toContain('[remote rejected]');
});

test('workflow files need a permission of their own', async () => {
  const workflow = '.github/workflows/ci.yml';
  await clone(await installationToken());
  await git('checkout', '--quiet', '-b', 'topic');
  await commit(workflow, 'on: push\n');
  expect(await refusedPush('topic')).toContain(
    `create or update workflow \`${workflow}\` without \`workflows\` permission`,
  );
  environment.github.acceptPermissions(environment.installation, {
    ...PERMISSIONS,
    workflows: 'write',
  });
  await git(
    'remote',
    'set-url',
    'origin',
    environment.github.cloneUrl(environment.repository, await installationToken()),
  );
  await git('push', '--quiet', 'origin', 'topic');
});

test('push protection stops a secret with GH013, and nothing of it stays', async () => {
  await clone(environment.bob.token);
  await git('checkout', '--quiet', '-b', 'topic');
  await commit('.env', `TOKEN=ghp_${'a1B2'.repeat(9)}\n`);
  expect(await refusedPush('topic')).toContain('GH013');
  const sha = (await git('rev-parse', 'HEAD')).trim();
  const found = environment.octokit.rest.git.getCommit({ ...environment.at, commit_sha: sha });
  expect(await refused(found)).toMatchObject({ status: 404 });
});

test('a push can be done and its answer lost', async () => {
  await clone(environment.bob.token);
  await git('checkout', '--quiet', '-b', 'topic');
  await commit('a', 'a');
  environment.github.faults.api({ match: 'git-receive-pack', status: 'lostAnswer' });
  expect(await refusedPush('topic')).not.toContain('rejected');
  const { data } = await environment.octokit.rest.git.getRef({
    ...environment.at,
    ref: 'heads/topic',
  });
  expect(data.object.sha).toBe((await git('rev-parse', 'HEAD')).trim());
  environment.github.faults.api({ match: 'git-receive-pack', status: 502 });
  await commit('b', 'b');
  expect(await refusedPush('topic')).toContain('502');
  await git('push', '--quiet', 'origin', 'topic');
});

test('refs by the API are lined up with those by git', async () => {
  const { at, octokit } = environment;
  const { data: main } = await octokit.rest.git.getRef({ ...at, ref: 'heads/main' });
  await octokit.rest.git.createRef({ ...at, ref: 'refs/heads/by/api', sha: main.object.sha });
  const again = octokit.rest.git.createRef({
    ...at,
    ref: 'refs/heads/by/api',
    sha: main.object.sha,
  });
  expect(await refused(again)).toMatchObject({
    status: 422,
    message: expect.stringContaining('Reference already exists'),
  });
  const other = await environment.github.push(environment.repository, {
    branch: 'other',
    changes: { o: 'o' },
    message: 'o',
    author: environment.bob,
  });
  await environment.github.push(environment.repository, {
    branch: 'by/api',
    changes: { x: 'x' },
    message: 'x',
    author: environment.bob,
  });
  const update = (force: boolean) =>
    octokit.rest.git.updateRef({ ...at, ref: 'heads/by/api', sha: other, force });
  expect(await refused(update(false))).toMatchObject({
    status: 422,
    message: expect.stringContaining('not a fast forward'),
  });
  await update(true);
  await environment.github.idle();
  expect(environment.receiver.last('push').payload).toMatchObject({
    ref: 'refs/heads/by/api',
    forced: true,
    after: other,
  });
  await clone(environment.bob.token, '--branch', 'by/api');
  expect(await readFile(join(folder, 'o'), 'utf8')).toBe('o');
  const { data: refs } = await octokit.rest.git.listMatchingRefs({ ...at, ref: 'heads/by' });
  expect(refs.map(ref => ref.ref)).toEqual(['refs/heads/by/api']);
  await octokit.rest.git.deleteRef({ ...at, ref: 'heads/by/api' });
  expect(await refused(octokit.rest.repos.getBranch({ ...at, branch: 'by/api' }))).toMatchObject({
    status: 404,
  });
});

test('contents come as JSON, raw, and as a tree', async () => {
  const { at, octokit } = environment;
  const { data } = await octokit.rest.repos.getContent({ ...at, path: 'README.md' });
  if (Array.isArray(data) || data.type !== 'file') throw new Error('not a file');
  expect(Buffer.from(data.content, 'base64').toString()).toBe('# Library\n');
  const raw = await octokit.rest.repos.getContent({
    ...at,
    path: 'src/index.js',
    mediaType: { format: 'raw' },
  });
  expect(raw.data).toBe('export const one = 1;\n');
  const { data: tree } = await octokit.rest.git.getTree({
    ...at,
    tree_sha: 'main',
    recursive: 'true',
  });
  expect(tree.tree.map(entry => entry.path)).toEqual(['README.md', 'src', 'src/index.js']);
  expect(await refused(octokit.rest.repos.getContent({ ...at, path: 'nothing' }))).toMatchObject({
    status: 404,
  });
});
