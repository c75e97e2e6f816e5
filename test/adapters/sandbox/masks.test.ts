/** What an agent's CLI reads of a repository is covered in the sandbox, and left alone in the work tree. */
import { execFileSync } from 'node:child_process';
import { chmod, mkdir, readdir, readFile, readlink, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { layMasks } from '../../../src/adapters/sandbox/masks.ts';
import { WorkspaceRefused, type WorkTree } from '../../../src/engine/ports/workspace.ts';
import { runInside, specFor } from './run-inside.ts';
import { temporaryFolder } from './temporary-folder.ts';

const MASKS = ['.claude/', '.agents/', '.mcp.json'];

type Tree = {
  workTree: WorkTree /** The folder that holds the repository's files. */;
  files: string;
};

const KINDS: Record<WorkTree['kind'], () => Promise<Tree>> = {
  async folder() {
    const path = await temporaryFolder();
    return { workTree: { kind: 'folder', path }, files: path };
  },
  async overlay() {
    const root = await temporaryFolder();
    for (const name of ['files', 'upper', 'work']) await mkdir(join(root, name));
    const [files, upper, work] = ['files', 'upper', 'work'].map(name => join(root, name)) as [
      string,
      string,
      string,
    ];
    return { workTree: { kind: 'overlay', lower: [files], upper, work }, files };
  },
};

async function write(folder: string, files: Record<string, string>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
}

/** All that is in the writable part of the tree, links not followed. */
const leftIn = (workTree: WorkTree): Promise<string[]> =>
  readdir(workTree.kind === 'folder' ? workTree.path : workTree.upper, { recursive: true });

describe.each(Object.entries(KINDS))('in a tree that is of the kind %s', (kind, create) => {
  test('folders and files stand there empty at any depth, in any case, and are refused to writers', async () => {
    const { workTree, files } = await create();
    await write(files, {
      '.claude/settings.json': 'hooks',
      '.mcp.json': '{"a":1}',
      'packages/a/.CLAUDE/skills/x/SKILL.md': 'skill',
      'packages/a/.agents': 'a file in the place of a folder',
      'packages/a/code.js': 'code',
    });
    execFileSync('chmod', ['-R', 'a+rwX', files]);
    const script = `
      find . -path './.git' -prune -o -print | sort
      cat .mcp.json packages/a/.agents
      for path in .claude/settings.json .mcp.json packages/a/.CLAUDE/new packages/a/.agents; do
        (echo mine > $path) 2>&1 | sed 's/.*: //'
      done
      rm -rf .claude 2>&1 | sed 's/.*: //'
      echo more >> packages/a/code.js`;
    const { stdout, exitCode } = await runInside(script, { workTree, masks: MASKS });
    expect(stdout.split('\n')).toEqual([
      ...['.', './.agents', './.claude', './.mcp.json', './packages', './packages/a'],
      ...['./packages/a/.CLAUDE', './packages/a/.agents', './packages/a/code.js'],
      ...Array(4).fill('Read-only file system'),
      expect.stringMatching(/Device or resource busy|Read-only file system/),
      '',
    ]);
    expect(exitCode).toBe(0);
    // The repository's own stand as they were, and what was changed beside them is kept.
    expect(await readFile(join(files, '.claude/settings.json'), 'utf8')).toBe('hooks');
    expect(await readFile(join(files, '.mcp.json'), 'utf8')).toBe('{"a":1}');
    const left = await leftIn(workTree);
    expect(left).toContain('packages/a/code.js');
    expect(left).not.toContain('.agents');
    if (kind === 'overlay') expect(left).not.toContain('.claude');
  });

  test('a link is covered itself, wherever it leads, and is there again afterwards', async () => {
    const { workTree, files } = await create();
    await write(files, { 'docs/own/skills/SKILL.md': 'skill', 'docs/servers.json': '{}' });
    await mkdir(join(files, 'packages'));
    execFileSync('chmod', ['-R', 'a+rwX', files]);
    const links: [string, string][] = [
      ['docs/own', '.claude'],
      ['/etc', '.agents'],
      ['docs/servers.json', '.mcp.json'],
      ['../docs/own', 'packages/.claude'],
      ['nowhere', 'packages/.agents'],
    ];
    for (const [to, from] of links) await symlink(to, join(files, from));
    const script = `
      ls -A .claude .agents packages/.claude packages/.agents; cat .mcp.json
      touch .agents/x packages/.claude/x 2>/dev/null || echo refused
      ls docs/own; echo new > packages/b`;
    const { stdout } = await runInside(script, { workTree, masks: MASKS });
    expect(stdout).toBe(
      '.agents:\n\n.claude:\n\npackages/.agents:\n\npackages/.claude:\nrefused\nskills\n',
    );
    for (const [to, from] of links) expect(await readlink(join(files, from))).toBe(to);
    expect(await readdir(join(files, 'docs/own/skills'))).toEqual(['SKILL.md']);
    const left = await leftIn(workTree);
    expect(left).toContain('packages/b');
    if (kind === 'overlay') expect(left.sort()).toEqual(['packages', 'packages/b']);
  });

  test('a pipe, a missing file, and a tree that may only be read', async () => {
    const { workTree, files } = await create();
    execFileSync('mkfifo', [join(files, '.claude')]);
    const script = `
      cat .claude; test -e .mcp.json || echo missing
      ls -A .agents; touch .agents/x 2>/dev/null || echo refused`;
    for (const readOnly of [false, true]) {
      const { stdout } = await runInside(script, { workTree, masks: MASKS, readOnly });
      expect(stdout).toBe('missing\nrefused\n');
    }
    expect((await leftIn(workTree)).sort()).toEqual(kind === 'folder' ? ['.claude'] : []);
  });

  test('what an agent does to the folder around one ends in the tree: it goes with its link', async () => {
    const { workTree, files } = await create();
    const outside = await temporaryFolder();
    await write(outside, { '.mcp.json': 'of the host' });
    for (const name of ['a', 'b', 'c', 'd']) {
      const at = join(workTree.kind === 'folder' ? files : workTree.upper, name);
      await write(at, { 'real/settings.json': '{}' });
      await symlink('real', join(at, '.claude'));
      await symlink('real/settings.json', join(at, '.mcp.json'));
    }
    await chmod(outside, 0o777);
    const script = `
      mv a a2; mkdir -p a/.claude; echo mine > a/.claude/x; echo mine > a/.mcp.json
      mv b b2; ln -s ${outside} b
      mv c c2; echo a file > c
      chmod 0 d`;
    const { exitCode } = await runInside(script, { workTree, masks: MASKS, binds: [] });
    expect(exitCode).toBe(0);
    const root = workTree.kind === 'folder' ? files : workTree.upper;
    for (const name of ['a2', 'b2', 'c2']) {
      expect(await readlink(join(root, name, '.claude'))).toBe('real');
      expect(await readlink(join(root, name, '.mcp.json'))).toBe('real/settings.json');
    }
    expect(await readFile(join(root, 'a/.claude/x'), 'utf8')).toBe('mine\n');
    expect(await readFile(join(root, 'a/.mcp.json'), 'utf8')).toBe('mine\n');
    expect(await readdir(outside)).toEqual(['.mcp.json']);
    expect(await readFile(join(outside, '.mcp.json'), 'utf8')).toBe('of the host');
    // Whoever is root reaches what the agent closed.
    if (process.getuid?.() === 0) expect(await readlink(join(root, 'd/.claude'))).toBe('real');
    else await chmod(join(root, 'd'), 0o700);
  });

  test('what a mount would follow out of the tree is not followed', async () => {
    const { workTree, files } = await create();
    const outside = await temporaryFolder();
    await write(outside, { '.claude/settings.json': 'of the host' });
    await symlink(outside, join(files, 'packages'));
    const { stdout } = await runInside('cat packages/.claude/settings.json 2>&1; ls -A', {
      workTree,
      masks: MASKS,
    });
    expect(stdout).toContain('No such file');
    expect(await readFile(join(outside, '.claude/settings.json'), 'utf8')).toBe('of the host');
  });

  test('a tree with very many of them is refused, and left as it was', async () => {
    const { workTree, files } = await create();
    const many = Array.from({ length: 301 }, (_, at) => [`p${at}/.claude/settings.json`, '']);
    await write(files, Object.fromEntries(many));
    const refused = await runInside('true', { workTree, masks: MASKS }).catch(error => error);
    expect(refused).toBeInstanceOf(WorkspaceRefused);
    expect(refused.message).toContain('at most 300 can be covered');
    expect(await leftIn(workTree)).not.toContain('.agents');
  });

  test.each([
    [
      'a name that is not UTF-8',
      `mkdir -p "$(printf 'caf\\351')/.claude"`,
      /name that is not UTF-8/,
    ],
    [
      'paths without an end',
      `d=$(printf '%0200d' 0); p=$d/$d/$d/$d/$d/$d/$d/$d/$d/$d; mkdir -p $p; cd $p
       perl -e 'mkdir "a$_" and mkdir "a$_/.claude" for 1..600'`,
      /come to more than \d+ bytes/,
    ],
  ])('%s in it is a reason to refuse it, and no failure of ours', async (_what, make, reason) => {
    const { workTree, files } = await create();
    execFileSync('sh', ['-c', make], { cwd: files });
    const refused = await layMasks(await specFor('', { workTree, masks: MASKS }), false).catch(
      error => error,
    );
    expect(refused).toBeInstanceOf(WorkspaceRefused);
    expect(refused.message).toMatch(reason);
  });
});

test('a layer above decides what a path is: a link there hides the folder below', async () => {
  const root = await temporaryFolder();
  for (const name of ['top', 'bottom/a/.claude', 'upper', 'work', 'elsewhere'])
    await mkdir(join(root, name), { recursive: true });
  await symlink('/etc', join(root, 'top/a'));
  const { stdout, exitCode } = await runInside('readlink a; ls -A .claude', {
    workTree: {
      kind: 'overlay',
      lower: [join(root, 'top'), join(root, 'bottom')],
      upper: join(root, 'upper'),
      work: join(root, 'work'),
    },
    masks: MASKS,
  });
  expect({ stdout, exitCode }).toEqual({ stdout: '/etc\n', exitCode: 0 });
});

test('what is bound into the tree is covered as well', async () => {
  const from = await temporaryFolder();
  await chmod(from, 0o755);
  await write(from, { 'b/.claude/settings.json': 'prepared' });
  const { stdout } = await runInside('ls -A /work/a/b/.claude; ls -A /work/a/b', {
    binds: [{ from, to: '/work/a' }],
    masks: MASKS,
  });
  expect(stdout).toBe('.claude\n');
});

test('a path is covered, and nothing else of its folder', async () => {
  const path = await temporaryFolder();
  const covered = ['.github/hooks/a.json', 'packages/a/.GitHub/Hooks/b.json', '.github/lsp.json'];
  const seen = ['.github/workflows/ci.yml', 'hooks/post-commit', 'src/lsp.json'];
  await write(path, Object.fromEntries([...covered, ...seen].map(file => [file, 'here'])));
  // What is there must not be reached by another way either.
  await write(path, { 'config/hooks/c.json': 'here' });
  await mkdir(join(path, 'linked'));
  await symlink('../config', join(path, 'linked/.github'));
  execFileSync('chmod', ['-R', 'a+rwX', path]);
  const script = `
    find . -type f -size +0 | sort
    ls -A linked/.github
    echo x > .github/hooks/new || echo refused
    echo x > .github/workflows/new.yml && echo written`;
  const { stdout } = await runInside(script, {
    workTree: { kind: 'folder', path },
    masks: ['.github/hooks/', '.github/lsp.json', '.github/agents/'],
  });
  const expected = [...seen, 'config/hooks/c.json'].sort().map(file => `./${file}`);
  expect(stdout.trim().split('\n')).toEqual([...expected, 'refused', 'written']);
  expect(await readlink(join(path, 'linked/.github'))).toBe('../config');
  expect(await readFile(join(path, covered[0] ?? ''), 'utf8')).toBe('here');
});

test('a mask is a name or a path', async () => {
  for (const mask of ['', '/', '.', '..', '../x', 'a/../b', '/a', '*', '.claude//', 'a b'])
    await expect(layMasks(await specFor('', { masks: [mask] }), false)).rejects.toThrow(
      "can't be masked",
    );
});
