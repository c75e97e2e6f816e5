/** Which repositories the demo can be played on, as people have them; what else is said, and what to do. */
import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inspectRepository, needsCommand } from './inspect-repository.ts';

let folder: string;
beforeAll(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'gatehouse-demo-test-')));
});
afterAll(() => rm(folder, { recursive: true }));

const MANIFEST = '{ "scripts": { "test": "node a.js" } }';
const git = (at: string, ...args: string[]) =>
  execa('git', ['-C', at, '-c', 'user.name=t', '-c', 'user.email=t@x.example', ...args]);

/** A repository of this name, with one commit of these files. */
async function repository(name: string, files: Record<string, string> = {}, ...init: string[]) {
  const root = join(folder, name);
  await mkdir(root, { recursive: true });
  await git(root, 'init', '--quiet', '--initial-branch', 'main', ...init);
  for (const [path, text] of Object.entries({ 'package.json': MANIFEST, ...files })) {
    await mkdir(join(root, path, '..'), { recursive: true });
    await writeFile(join(root, path), text);
  }
  await git(root, 'add', '.');
  await git(root, 'commit', '--quiet', '--message', 'First');
  return root;
}

describe('what it can be played on', () => {
  it.each([
    ['shop', 'shop'],
    ['my shop; $(x)', 'my-shop----x-'],
    ['Café', 'Caf-'],
    ['日本語', 'repository'],
    ['.dotfiles', '.dotfiles'],
    [`${'long'.repeat(40)}`, 'long'.repeat(25)],
  ])('a clone in a folder called %s', async (name, called) => {
    const root = await repository(name);
    expect(await inspectRepository(root)).toEqual({
      root,
      name: called,
      branch: 'main',
      notes: [],
    });
    await needsCommand(root, 'test', {});
  });

  it('a branch that is not the default', async () => {
    const root = await repository('branches');
    await git(root, 'switch', '--quiet', '--create', 'feature/größe');
    expect(await inspectRepository(root)).toMatchObject({ branch: 'feature/größe' });
  });

  it('a bare repository, a linked worktree, and a link to a clone', async () => {
    const root = await repository('origin');
    const bare = join(folder, 'mirror.git');
    await execa('git', ['clone', '--quiet', '--bare', root, bare]);
    expect(await inspectRepository(bare)).toMatchObject({ root: bare, name: 'mirror', notes: [] });
    await needsCommand(bare, 'test', {});
    const linked = join(folder, 'linked');
    await git(root, 'worktree', 'add', '--quiet', '-b', 'more', linked);
    expect(await inspectRepository(linked)).toMatchObject({ root: linked, branch: 'more' });
    await symlink(root, join(folder, 'link'));
    expect(await inspectRepository(join(folder, 'link'))).toMatchObject({ root });
  });

  it('all of it, where a folder in it is named', async () => {
    const root = await repository('deep', { 'packages/a/b.txt': '' });
    expect(await inspectRepository(join(root, 'packages/a'))).toMatchObject({
      root,
      notes: [`${join(root, 'packages/a')} is a folder of it; all of it is taken.`],
    });
  });

  it('what is committed, not what lies there', async () => {
    const root = await repository('dirty');
    await writeFile(join(root, 'package.json'), '{ "scripts": { "lint": "true" } }');
    const { notes } = await inspectRepository(root);
    expect(notes).toEqual(['What is not committed there is not part of it.']);
    await needsCommand(root, 'test', {});
    await expect(needsCommand(root, 'lint', {})).rejects.toThrow(/no lint command was found/);
    await rm(join(root, 'package.json'));
    await needsCommand(root, 'test', {});
  });
});

describe('what is said at once', () => {
  const refusal = (path: string) => inspectRepository(path).catch((error: Error) => error.message);

  it.each<[string, (at: string) => Promise<unknown>, RegExp]>([
    ['no folder', async () => {}, /does not exist$/],
    ['a file', at => writeFile(at, ''), /is a file: name the folder of a clone$/],
    ['a plain folder', at => mkdir(at), /is not a git repository: name the folder of a clone$/],
    ['no commit', at => execa('git', ['init', '--quiet', at]), /has no commit yet$/],
  ])('to %s', async (name, make, said) => {
    await make(join(folder, name));
    expect(await refusal(join(folder, name))).toMatch(said);
  });

  it('to a folder of git itself, a detached head, and clones that lack something', async () => {
    const root = await repository('whole', { b: '' });
    expect(await refusal(join(root, '.git'))).toMatch(/is not a git repository/);
    await git(root, 'config', 'uploadpack.allowFilter', 'true');
    await writeFile(join(root, 'b'), 'more');
    await git(root, 'commit', '--quiet', '--all', '--message', 'Second');
    const clone = async (...args: string[]) => {
      const at = join(folder, args[0] ?? '');
      await execa('git', ['clone', '--quiet', ...args, `file://${root}`, at]);
      return refusal(at);
    };
    expect(await clone('--depth=1')).toMatch(/is a shallow clone, .*`git fetch --unshallow`/);
    expect(await clone('--filter=blob:none')).toMatch(/is a partial clone, .*without --filter$/);
    await git(root, 'switch', '--quiet', '--detach');
    expect(await refusal(root)).toMatch(/no branch checked out: run `git switch -c demo` there/);
  });

  it('to object names that GitHub does not take', async () => {
    const root = await repository('sha256', {}, '--object-format=sha256');
    expect(await refusal(root)).toMatch(/SHA-256, which GitHub does not take$/);
  });

  it('where nobody says what the command is', async () => {
    const root = await repository('commands');
    await expect(needsCommand(root, 'lint', {})).rejects.toThrow(
      /no lint command was found in .*--lint "COMMAND", or run the one that it has with --command test\.$/,
    );
    await needsCommand(root, 'lint', { lint: 'true' });
    const broken = await repository('broken', { 'package.json': '{' });
    await expect(needsCommand(broken, 'test', {})).rejects.toThrow(
      /--test "COMMAND"\. package\.json has a fault in its syntax, so no command of Node is used\.$/,
    );
    const large = await repository('large', { 'package.json': `"${'x'.repeat(1_000_000)}"` });
    await expect(needsCommand(large, 'test', {})).rejects.toThrow(/larger than 1,000,000 bytes/);
    // What its own configuration says is read when it is worked on.
    await needsCommand(await repository('own', { '.github/gatehouse.yml': '' }), 'lint', {});
  });
});
