/** A clone is read by its objects and refs alone: its settings can name programs, and say what a diff shows. */
import { chmod, mkdir, mkdtemp, readdir, rm, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readClone } from '../../../../src/adapters/workspace/commits/read-clone.ts';

let place = '';
beforeAll(async () => {
  place = await mkdtemp(join(tmpdir(), 'gatehouse-read-clone-'));
});
afterAll(() => rm(place, { recursive: true }));

const OURS = {
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_AUTHOR_NAME: 'Mona',
  GIT_AUTHOR_EMAIL: 'mona@example.com',
  GIT_COMMITTER_NAME: 'Mona',
  GIT_COMMITTER_EMAIL: 'mona@example.com',
};

/** A clone whose branch `feature` changes `a.js`. */
async function clone(name: string) {
  const folder = join(place, name);
  const put = async (path: string, text: string): Promise<void> => {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  };
  await put('a.js', `${name}, first\n`);
  const git = async (args: string[], input = ''): Promise<string> =>
    (await execa('git', args, { cwd: folder, env: OURS, input })).stdout;
  const commit = async (message: string): Promise<void> => {
    await git(['add', '--all']);
    await git(['commit', '--quiet', '--message', message]);
  };
  await git(['init', '--quiet', '--initial-branch=main']);
  await commit('First');
  await git(['switch', '--quiet', '--create', 'feature']);
  await put('a.js', `${name}, second\n`);
  await commit('Second');
  return { folder, put, git, commit };
}

const read = (folder: string, base: string | null = 'main', head = 'feature') =>
  readClone(folder, { head, base });

const isThere = async (name: string): Promise<boolean> => (await readdir(place)).includes(name);

/** A program that leaves a file where it is started. */
async function program(name: string): Promise<string> {
  const path = join(place, `${name}.sh`);
  await writeFile(path, `#!/bin/sh\ntouch ${join(place, name)}\nexit 1\n`);
  await chmod(path, 0o755);
  return path;
}

describe('a clone', () => {
  it('starts no program that its settings name', async () => {
    const { folder, git } = await clone('hostile');
    const [tree, parent] = [
      await git(['rev-parse', 'HEAD^{tree}']),
      await git(['rev-parse', 'main']),
    ];
    const who = 'a <a@example.com> 1 +0000';
    const signed = await git(
      ['hash-object', '-t', 'commit', '-w', '--stdin'],
      `tree ${tree}\nparent ${parent}\nauthor ${who}\ncommitter ${who}\ngpgsig -----BEGIN PGP SIGNATURE-----\n \n xx\n -----END PGP SIGNATURE-----\n\nSigned\n`,
    );
    await git(['update-ref', 'refs/heads/feature', signed]);
    const evil = await program('started');
    for (const [name, value] of [
      ['log.showSignature', 'true'],
      ['gpg.program', evil],
      ['core.fsmonitor', evil],
      ['core.sshCommand', evil],
      ['diff.external', evil],
      ['core.attributesFile', '/dev/null'],
    ] as const)
      await git(['config', name, value]);
    await using found = await read(folder);
    expect(found.messages).toEqual([{ commit: signed, message: 'Signed\n' }]);
    expect(await isThere('started')).toBe(false);
  });

  it('fetches nothing that it lacks, and says how to', async () => {
    const { folder, git } = await clone('partial');
    const blob = await git(['rev-parse', 'HEAD:a.js']);
    await unlink(join(folder, '.git/objects', blob.slice(0, 2), blob.slice(2)));
    const evil = await program('fetched');
    for (const [name, value] of [
      ['core.repositoryformatversion', '1'],
      ['extensions.partialClone', 'origin'],
      ['remote.origin.url', `ext::${evil}`],
      ['remote.origin.promisor', 'true'],
      ['protocol.ext.allow', 'always'],
    ] as const)
      await git(['config', name, value]);
    await expect(read(folder)).rejects.toThrow('git fetch --refetch --no-filter');
    expect(await isThere('fetched')).toBe(false);
  });

  it('is read as a mirror is, whatever its attributes say of diffs', async () => {
    const { folder, put, commit } = await clone('attributes');
    await put('.gitattributes', '*.js -diff\n');
    await put('a.js', 'three\nfour\n');
    await commit('Third');
    await using found = await read(folder);
    expect(found.change.entries.find(({ path }) => path === 'a.js')).toMatchObject({
      binary: false,
      lines: { added: 2, removed: 1 },
    });
  });

  it('stays as it is, file by file', async () => {
    const { folder } = await clone('kept');
    const files = async () => (await readdir(folder, { recursive: true })).sort();
    const before = await files();
    await (await read(folder))[Symbol.asyncDispose]();
    expect(await files()).toEqual(before);
  });

  it('is found from a folder in it, from a work tree beside it, and by its files alone', async () => {
    const { folder, put, git } = await clone('places');
    await put('deep/down/x.js', '');
    const beside = join(place, 'beside');
    await git(['worktree', 'add', '--quiet', '--detach', beside, 'feature']);
    for (const from of [join(folder, 'deep/down'), beside, join(folder, '.git')]) {
      await using found = await read(from, 'main', 'HEAD');
      expect(found.change.entries.map(({ path }) => path)).toEqual(['a.js']);
    }
  });

  it('names the branch that a change is for, and its repository', async () => {
    const { folder, git } = await clone('named');
    await git(['branch', 'release', 'main']);
    await git(['config', 'remote.origin.url', 'git@github.com:acme/shop.git']);
    await git(['update-ref', 'refs/remotes/origin/main', 'main']);
    await git(['symbolic-ref', 'refs/remotes/origin/HEAD', 'refs/remotes/origin/main']);
    await using byDefault = await read(folder, null);
    expect(byDefault).toMatchObject({
      repository: 'acme/shop',
      base: { name: 'origin/main', branch: 'main', isDefault: true },
    });
    await using other = await read(folder, 'release');
    expect(other.base).toMatchObject({ branch: 'release', isDefault: false });
    await using bare = await read(folder, 'feature~1');
    expect(bare.base).toMatchObject({ branch: 'main', isDefault: true });
  });

  it('says that it is shallow where it does not know where the two parted', async () => {
    const { folder, git } = await clone('whole');
    await git(['commit', '--quiet', '--allow-empty', '--message', 'Third']);
    const shallow = join(place, 'shallow');
    const options = ['--quiet', '--depth=1', '--no-single-branch', `file://${folder}`, shallow];
    await execa('git', ['clone', ...options], { env: OURS });
    await expect(read(shallow, 'origin/main', 'origin/feature')).rejects.toThrow(
      'git fetch --unshallow',
    );
  });
});
