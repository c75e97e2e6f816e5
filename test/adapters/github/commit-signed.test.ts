/** Commits that GitHub makes of what we send it, and signs. */
import { createHash } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import type { SignedCommit } from '../../../src/engine/ports/signed-commit.ts';
import { type GitHubEnvironment, openEnvironment } from './environment.ts';

let environment: GitHubEnvironment;
let base: { sha: string; tree: string };
const requests: string[] = [];
let branches = 0;
let branch = '';
beforeAll(async () => {
  environment = await openEnvironment({ log: line => void requests.push(line) });
  const { commit } = await environment.as(environment.alice, 'GET', '/branches/main');
  base = { sha: commit.sha, tree: commit.commit.tree.sha };
});
beforeEach(() => {
  branch = `work/${++branches}`;
});
afterEach(() => environment.github.faults.clear());
afterAll(() => environment.close());

type Entry = SignedCommit['changes']['entries'][number];

function file(path: string, content: string | Buffer, mode = '100644'): Entry {
  const bytes = Buffer.from(content as string);
  const sha = createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex');
  return { path, mode, sha, content: bytes };
}
const removed = (path: string): Entry => ({ path, mode: '100644', sha: null, content: null });

const MESSAGE = 'Fix it\n\nIt was broken.\n\nGatehouse-Task: t\nCo-authored-by: mona <m@x.org>\n';

/** Its tree is made by somebody else, of the same contents. */
async function commitOf(
  entries: Entry[],
  change: Partial<SignedCommit> = {},
): Promise<SignedCommit> {
  const post = (path: string, body: object) =>
    environment.as(environment.alice, 'POST', path, body);
  for (const { content } of entries)
    if (content)
      await post('/git/blobs', { content: content.toString('base64'), encoding: 'base64' });
  const tree = entries.map(({ path, mode, sha }) => ({ path, mode, sha, type: 'blob' }));
  const made = tree.length === 0 ? base : await post('/git/trees', { base_tree: base.tree, tree });
  return {
    branch,
    expected: null,
    parents: [base.sha],
    tree: tree.length === 0 ? base.tree : made.sha,
    changes: { base: base.tree, entries },
    message: MESSAGE,
    ...change,
  };
}

const commitSigned = (commit: SignedCommit, fresh: () => Promise<void> = async () => {}) =>
  environment.gatehouse.writes.commitSigned(environment.repository, commit, fresh);
const head = () => environment.gatehouse.facts.branch(environment.repository, branch);
const read = (path: string) => environment.as(environment.alice, 'GET', path);

/** Makes the commit; returns its name. */
async function pushed(commit: SignedCommit): Promise<string> {
  const answer = await commitSigned(commit);
  if (answer.outcome !== 'pushed') throw new Error(JSON.stringify(answer));
  return answer.sha;
}

it('has every kind of entry in the very tree, signed, with message and trailers', async () => {
  const binary = Buffer.from([0xff, 0xfe, 0, 1]);
  const commit = await commitOf([
    file('bin/run', '#!/bin/sh\r\n', '100755'),
    file('link', '../README.md', '120000'),
    file('empty', ''),
    file('nul', 'a\0b'),
    file('picture', binary),
    file('bom and ü.txt', '\ufeffü\n'),
    removed('src/index.js'),
    // A file takes the place of the folder.
    file('src', 'a file\n'),
  ]);
  const sha = await pushed(commit);
  expect(await head()).toBe(sha);
  const made = await read(`/git/commits/${sha}`);
  expect(made).toMatchObject({
    tree: { sha: commit.tree },
    message: MESSAGE.trimEnd(),
    author: { name: 'gatehouse[bot]' },
    verification: { verified: true },
  });
  const { tree } = await read(`/git/trees/${sha}?recursive=1`);
  expect(tree.map(({ mode, path }: { mode: string; path: string }) => `${mode} ${path}`)).toEqual([
    '100644 README.md',
    '040000 bin',
    '100755 bin/run',
    '100644 bom and ü.txt',
    '100644 empty',
    '120000 link',
    '100644 nul',
    '100644 picture',
    '100644 src',
  ]);
});

it('follows the expected head without force, also as a merge of two parents', async () => {
  const first = await pushed(await commitOf([file('a', 'a\n')]));
  const merge = await commitOf([file('a', 'a\n'), file('b', 'b\n')], {
    expected: first,
    parents: [first, base.sha],
  });
  const sha = await pushed(merge);
  const { parents } = await read(`/git/commits/${sha}`);
  expect(parents.map((parent: { sha: string }) => parent.sha)).toEqual([first, base.sha]);
  expect(await commitSigned({ ...merge, expected: base.sha, message: 'Another' })).toEqual({
    outcome: 'moved',
    to: sha,
  });
  expect(await commitSigned({ ...merge, branch: 'gone', message: 'Another' })).toEqual({
    outcome: 'moved',
    to: null,
  });
  expect(await head()).toBe(sha);
});

it('can be merged into a base that wants signatures', async () => {
  const head = await pushed(await commitOf([file('merged', 'merged\n')]));
  const pull = { title: 'Signed', head: branch, base: 'main' };
  const { number } = await environment.as(environment.bob, 'POST', '/pulls', pull);
  environment.github.protectBranch(environment.handle, 'main', { signatures: true });
  environment.github.allowMergeMethods(environment.handle, ['merge', 'rebase']);
  const { repository, gatehouse } = environment;
  const merged = await gatehouse.writes.merge(repository, {
    number: number,
    sha: head,
    base: 'main',
    queued: false,
    fresh: async () => {},
  });
  environment.github.protectBranch(environment.handle, 'main', null);
  if (merged.outcome !== 'merged') throw new Error(JSON.stringify(merged));
  expect((await read(`/git/commits/${merged.commit}`)).parents).toHaveLength(2);
});

it('takes few requests for many files', async () => {
  const many = Array.from({ length: 1_200 }, (_, at) => file(`many/${at}.txt`, `${at}\n`));
  const { changes } = await commitOf([]);
  const sent = requests.length;
  const answer = await commitSigned(await commitOf([], { changes: { ...changes, entries: many } }));
  // It is not the tree that was named: nothing moves.
  expect(answer).toMatchObject({
    outcome: 'refused',
    reason: expect.stringMatching(/what policy allowed/),
  });
  expect(await head()).toBeNull();
  expect(requests.slice(sent).filter(line => line.startsWith('POST'))).toHaveLength(2);
});

it('moves nothing where it is too late', async () => {
  const commit = await commitOf([file('late', 'late\n')]);
  const late = commitSigned(commit, async () => {
    throw new Error('It is asked anew.');
  });
  await expect(late).rejects.toThrow('It is asked anew.');
  expect(await head()).toBeNull();
});

it('says where GitHub does not sign, and moves nothing', async () => {
  environment.github.switchSigning(false);
  const answer = await commitSigned(await commitOf([file('unsigned', 'x\n')]));
  environment.github.switchSigning(true);
  expect(answer).toEqual({
    outcome: 'refused',
    reason: expect.stringMatching(/did not sign .*\(unsigned\).*web commit signing/),
  });
  expect(await head()).toBeNull();
});

it('overwrites nothing that somebody else puts on the branch at the last moment', async () => {
  const theirs = async () => {
    const author = environment.bob;
    const change = { branch, from: 'main', changes: { theirs: branch }, message: 'Theirs', author };
    await environment.github.push(environment.handle, change);
  };
  const created = await commitSigned(await commitOf([file('late', '1\n')]), theirs);
  expect(created).toEqual({ outcome: 'moved', to: await head() });
  branch = `${branch}-more`;
  const first = await pushed(await commitOf([file('late', '2\n')]));
  const next = { expected: first, parents: [first] satisfies [string] };
  const updated = await commitSigned(await commitOf([file('late', '3\n')], next), theirs);
  expect(updated).toEqual({ outcome: 'moved', to: await head() });
  expect(updated).not.toEqual({ outcome: 'moved', to: first });
});

it.each(['git/create-commit', 'git/create-ref'])(
  'comes to one commit where the answer of %s is lost',
  async match => {
    const commit = await commitOf([file(match, 'x\n')]);
    environment.github.faults.api({ match, status: 'lostAnswer' });
    const first = await commitSigned(commit).catch(() => null);
    const sha = await pushed(commit);
    if (first) expect(first).toEqual({ outcome: 'pushed', sha });
    expect(await head()).toBe(sha);
    expect((await read(`/commits?sha=${sha}`)).map((one: { sha: string }) => one.sha)).toEqual([
      sha,
      base.sha,
    ]);
  },
);

it('takes what somebody else pushed of the same content for no commit of its own', async () => {
  const commit = await commitOf([file('copy', 'x\n')]);
  const { message, tree, parents } = commit;
  const copy = { message, tree, parents };
  const { sha } = await environment.as(environment.alice, 'POST', '/git/commits', copy);
  const ref = `refs/heads/${branch}`;
  await environment.as(environment.alice, 'POST', '/git/refs', { ref, sha });
  expect(await commitSigned(commit)).toEqual({ outcome: 'moved', to: sha });
});

it('knows rules of both kinds, and asks for them once', async () => {
  const { facts } = environment.gatehouse;
  const asked = requests.length;
  expect(await facts.requiresSignatures(environment.repository, 'main')).toBe(false);
  expect(await facts.requiresOurs(environment.repository, 'main')).toBe(false);
  expect(await facts.requiresSignatures(environment.repository, 'main')).toBe(false);
  expect(requests.slice(asked).filter(line => /branches\/main/.test(line))).toHaveLength(2);
  for (const [name, signatures] of [
    ['by-ruleset', true],
    ['by-protection', 'classic'],
    ['by-neither', false],
  ] as const) {
    const ref = { ref: `refs/heads/${name}`, sha: base.sha };
    await environment.as(environment.alice, 'POST', '/git/refs', ref);
    environment.github.protectBranch(environment.handle, name, { signatures });
    expect(await facts.requiresSignatures(environment.repository, name)).toBe(signatures !== false);
  }
});
