/** Nothing that a run left in a repository, wherever that lies in its work tree, is executed on the host. */
import { execFile } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WorkspaceRefused, writableFolder } from '../../../src/engine/ports/workspace.ts';
import { temporaryFolder } from '../sandbox/temporary-folder.ts';
import { openEnvironment, WORK_TREE_KINDS, type WorkspaceEnvironment } from './environment.ts';

/** Ways in which a repository makes git execute something; `CANARY-n` is the command. */
const VECTORS = [
  '[core]\n\tfsmonitor = CANARY-1\n',
  '[core]\n\tsshCommand = CANARY-2\n',
  '[core]\n\tpager = CANARY-3\n[pager]\n\tstatus = CANARY-3\n\tdiff = CANARY-3\n',
  '[core]\n\teditor = CANARY-4\n[sequence]\n\teditor = CANARY-4\n',
  '[core]\n\taskPass = CANARY-5\n',
  '[core]\n\tgitProxy = CANARY-6\n',
  '[core]\n\talternateRefsCommand = CANARY-7\n',
  '[credential]\n\thelper = "!CANARY-8"\n',
  '[diff]\n\texternal = CANARY-9\n',
  '[diff "evil"]\n\tcommand = CANARY-10\n\ttextconv = CANARY-10\n',
  '[filter "evil"]\n\tclean = CANARY-11\n\tsmudge = CANARY-11\n\trequired = true\n',
  '[filter "process"]\n\tprocess = CANARY-12\n\trequired = true\n',
  '[merge "evil"]\n\tdriver = CANARY-13\n',
  '[gpg]\n\tprogram = CANARY-14\n[commit]\n\tgpgSign = true\n[log]\n\tshowSignature = true\n',
  '[alias]\n\tadd = "!CANARY-15"\n\tstatus = "!CANARY-15"\n\tdiff-tree = "!CANARY-15"\n',
  '[uploadpack]\n\tpackObjectsHook = CANARY-16\n',
  '[include]\n\tpath = /work/evil.config\n',
  '[submodule "s"]\n\tupdate = "!CANARY-18"\n\turl = ext::CANARY-18\n\tactive = true\n',
];
/** The nineteenth: it takes the place of the hooks in `hooks`. */
const HOOKS_PATH = '[core]\n\thooksPath = /work/evil-hooks\n';

/** What makes a commit in a sandbox the one that the remote has. */
const COMMIT_ENV =
  'export GIT_AUTHOR_NAME=Ada GIT_AUTHOR_EMAIL=ada@example.com GIT_COMMITTER_NAME=Ada GIT_COMMITTER_EMAIL=ada@example.com GIT_AUTHOR_DATE=2026-01-01T00:00:00Z GIT_COMMITTER_DATE=2026-01-01T00:00:00Z';

/** Where repositories can lie in the work tree. */
const PLACES: [string, string][] = [
  ['at the top, or bare below it', 'mkdir -p .git; git init -q --bare bare'],
  [
    'nested, or behind a gitdir file, which are refused',
    'git init -q sub; echo x > sub/x; git init -q .hidden; mv .hidden/.git store; echo "gitdir: ../store" > .hidden/.git',
  ],
];

/** Submodules of the tree, one of which it ignores besides. */
const MODULES = ['sub', 'ignored'];

/** Writes the vectors into every repository of the work tree, and attributes that name them. */
const poisonWith = (canaries: string, vectors: string[]) => {
  const canary = (name: string) => `touch ${canaries}/${name}`;
  const config = vectors.join('').replaceAll(/CANARY-(\d+)/g, (_, number) => canary(number));
  return `
      printf '* filter=evil diff=evil merge=evil\\n*.js filter=process\\n' > .gitattributes
      printf '[core]\\n\\tfsmonitor = ${canary('included')}\\n' > evil.config
      mkdir -p evil-hooks
      for dir in .git sub/.git ignored/.git store bare; do
        [ -d $dir ] || continue
        cat >> $dir/config <<'END'
${config}
END
        mkdir -p $dir/hooks $dir/info
        printf '* filter=evil diff=evil merge=evil\\n' > $dir/info/attributes
        for hook in pre-commit post-index-change reference-transaction post-checkout; do
          printf '#!/bin/sh\\n${canary('hook')}\\n' | tee $dir/hooks/$hook > evil-hooks/$hook
          chmod +x $dir/hooks/$hook evil-hooks/$hook
        done
      done
      printf '[submodule "s"]\\n\\tpath = s\\n\\turl = ext::${canary('submodule')}\\n' > .gitmodules
      echo changed > a.txt; echo changed > lib/b.js`;
};

describe.each(WORK_TREE_KINDS)('nothing of a repository in the %s executes on the host', kind => {
  let environment: WorkspaceEnvironment;
  let base = '';
  let canaries = '';
  beforeAll(async () => {
    environment = await openEnvironment(kind);
    base = await environment.remote.commit({ 'a.txt': 'a\n', 'lib/b.js': 'b\n' });
    canaries = await temporaryFolder();
  });
  afterAll(() => environment.close());

  const poison = (vectors: string[]) => poisonWith(canaries, vectors);

  test.each(PLACES)('%s', async (_, make) => {
    for (const vectors of [VECTORS, [...VECTORS, HOOKS_PATH]]) {
      const outcome = await environment
        .work(base, `${make}\n${poison(vectors)}`)
        .then(collected => collected !== null)
        .catch(error => error instanceof WorkspaceRefused || error);
      expect(outcome).toBe(true);
    }
    expect(await readdir(canaries)).toEqual([]);
  });

  test('in the folder of a submodule, of which nothing is taken, nor where it is ignored', async () => {
    const { remote } = environment;
    const file = remote.makeTree([`100644 blob ${remote.blob('x\n')}\tx`]);
    const submodule = remote.git('commit-tree', file, '-m', 'm');
    const entries = [
      `100644 blob ${remote.blob('ignored\n')}\t.gitignore`,
      `100644 blob ${remote.blob('a\n')}\ta.txt`,
      ...MODULES.map(name => `160000 commit ${submodule}\t${name}`),
    ];
    const head = remote.git('commit-tree', remote.makeTree(entries), '-m', 'submodules');
    remote.git('update-ref', `refs/heads/${head}`, head);
    // The very commit that the tree names: git looks at the files of no other.
    const clone = `git init -q .; echo x > x; git add x; git commit -qm m; echo y > x`;
    const nested = 'git init -q inner; echo x > inner/x; echo z > z';
    const made = MODULES.map(
      name => `(${COMMIT_ENV}; mkdir -p ${name}; cd ${name}; ${clone}; ${nested})`,
    );
    const script = `${made.join('\n')}\n${poison(VECTORS)}`;
    const installed = await environment.open(head);
    await environment.act(installed, script);
    const { paths } = await installed.keepPrepared('submodules');
    const collected = await environment.work(head, script);
    expect(await readdir(canaries)).toEqual([]);
    const changed = collected?.change.entries.map(({ path }) => path) ?? [];
    expect(changed).toContain('a.txt');
    const inside = (path: string) => MODULES.some(name => path.startsWith(name));
    expect([...paths, ...changed].filter(inside)).toEqual([]);
  });
});

test('an ordinary git would have executed it', async () => {
  const environment = await openEnvironment('folder');
  const canaries = await temporaryFolder();
  const base = await environment.remote.commit({ 'a.txt': 'a\n', 'lib/b.js': 'b\n' });
  const workspace = await environment.open(base);
  const script = poisonWith(canaries, VECTORS);
  await environment.act(workspace, `git init -q sub; echo x > sub/x\n${script}`);
  const sub = join(writableFolder(workspace.workTree), 'sub');
  const careless = { cwd: sub, env: { PATH: '/usr/bin:/bin', HOME: canaries } };
  const config = ['config', '--global', 'safe.directory', '*'];
  await promisify(execFile)('git', config, careless);
  await promisify(execFile)('git', ['status'], careless).catch(() => {});
  expect(await readdir(canaries)).toContain('1');
  await environment.close();
});
