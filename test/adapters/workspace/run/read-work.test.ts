/**
 * Whatever a run does to an overlay, what git is told to look at gives the tree that reading every file
 * gives. `READ_WORKS=1000 npm test -- read-work` tries more sequences.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { checkOut, filesPath } from '../../../../src/adapters/workspace/checkout/checkout.ts';
import { git, gitLine } from '../../../../src/adapters/workspace/git/git.ts';
import { gitInTurn } from '../../../../src/adapters/workspace/git/git-in-turn.ts';
import { CONTENT_LIMITS } from '../../../../src/adapters/workspace/git/git-limits.ts';
import { createGitDir } from '../../../../src/adapters/workspace/mirror/mirror.ts';
import {
  MERGED_TREE,
  overlayPrefix,
  overlayWorks,
} from '../../../../src/adapters/workspace/run/overlay.ts';
import {
  inspectWork,
  type RunCheckout,
  takeChanges,
} from '../../../../src/adapters/workspace/run/read-work.ts';
import { createRandom } from '../../../fuzz/mutate.ts';
import { temporaryFolder } from '../../sandbox/temporary-folder.ts';

const SEQUENCES = Number(process.env.READ_WORKS ?? 24);
const QUOTA = { files: 10_000, bytes: 1e9 };
const FILES = [
  ...['top', 'a/1', 'a/2', 'a/empty', 'a/kept.ignored', 'a/b/1', 'a/b/2', 'a/b/c/1', 'a/b/c/2'],
  ...['a/b/d/1', 'A/1', 'e f/1', 'e f/g/h/i/1', 'ab/1', 'a-/1', 'z/1', 'z/2', 'z/\xff', 'z/y/1'],
];
const FOLDERS = ['a', 'a/b', 'a/b/c', 'a/b/d', 'e f', 'e f/g', 'e f/g/h', 'z', 'z/y', 'A', 'sub'];
const NEW = ['new', 'a/new', 'a/b/new', 'a/b/c/new/er', 'z/3', 'a/B', 'a/x.ignored', 'sub/x'];
const PATHS = [...FILES, ...FOLDERS, ...NEW, 'link', 'a/link'];

/** What a run can do with two paths. */
const ACTS: ((path: string, other: string) => string)[] = [
  path => `mkdir -p "$(dirname ${path})"; [ -p ${path} ] || echo new > ${path}`,
  path => `[ -p ${path} ] || echo more >> ${path}`,
  // Of equal size, under a forged time.
  path =>
    `[ -f ${path} ] && touch -r ${path} $T/time && tr 'a-z' 'A-Z' < ${path} > $T/file && cat $T/file > ${path}; touch -r $T/time ${path}`,
  path => `[ -p ${path} ] || : > ${path}; touch -h -d @0 ${path}`,
  path => `chmod +x ${path}`,
  path => `chmod 000 ${path}`,
  path => `rm -rf ${path}`,
  path => `rm -rf ${path}; mkdir ${path}`,
  path => `rm -rf ${path}; mkdir ${path}; echo inside > ${path}/1`,
  (path, other) => `rm -rf ${path}; ln -s "$PWD/"${other} ${path}`,
  path => `rm -rf ${path}; mkfifo ${path}`,
  (path, other) => `mv -fT ${path} ${other}`,
  (path, other) => `rm -rf ${other}; mv -T ${path} ${other}`,
  (path, other) => `mv -T ${path} $T/aside; mv -T ${other} ${path}; mv -T $T/aside ${other}`,
  (path, other) => `cp -aT ${path} ${other}`,
  (path, other) => `ln -f ${path} ${other}; [ -p ${other} ] || echo linked >> ${other}`,
  // The same again: all of it, and all but what was in its folders.
  path => `cp -aT ${path} $T/copy; rm -rf ${path}; cp -aT $T/copy ${path}`,
  path =>
    `[ -d ${path} ] && mkdir $T/flat && cp -a ${path}/* $T/flat; rm -rf $T/flat/*/* ${path}; mv -T $T/flat ${path}`,
  path =>
    `mkdir $T/one; echo file > $T/one/1; mkdir ${path}.d; mv -T ${path}.d ${path} || mv $T/one/1 ${path}`,
  path => `[ -d ${path} ] && printf '*\\n!1\\n' > ${path}/.gitignore`,
  path => `[ -d ${path} ] && printf '* text eol=crlf\\n' > ${path}/.gitattributes`,
  // A folder's mark of hiding what is below, by the system's own call.
  path =>
    `perl -e 'my ($p, $n, $v) = (shift, "user.overlay.opaque", "y"); syscall(188, $p, $n, $v, 1, 0)' ${path}`,
];

function scriptBy(random: (limit: number) => number): string {
  const path = () => `'${PATHS[random(PATHS.length)]}'`;
  const acts = Array.from({ length: 1 + random(6) }, () =>
    ACTS[random(ACTS.length)]?.(path(), path()),
  );
  return acts.map(act => `(${act})\nrm -rf "$T"; mkdir "$T"\n`).join('');
}

const isPossible = await overlayWorks(await temporaryFolder());

describe.skipIf(!isPossible)('what a run left in an overlay (needs overlays)', () => {
  let folder = '';
  let dir = '';
  let tree = '';
  let pristine = '';
  beforeAll(async () => {
    folder = await temporaryFolder();
    dir = join(folder, 'mirror');
    pristine = join(folder, 'pristine');
    await createGitDir(dir, []);
    const workTree = join(folder, 'files');
    for (const file of FILES) {
      const path = Buffer.from(`${workTree}/${file}`, 'latin1');
      mkdirSync(dirname(`${workTree}/${file}`), { recursive: true });
      writeFileSync(path, file.endsWith('empty') ? '' : `${file}\n`);
    }
    symlinkSync('b', join(workTree, 'a/link'));
    const made = { dir, index: join(folder, 'made.index'), workTree };
    await git(['add', '-A'], made);
    writeFileSync(join(workTree, '.gitignore'), '*.ignored\n');
    await git(['add', '-A'], made);
    const submodule = `160000,${'1'.repeat(40)},sub`;
    await git(['update-index', '--add', '--cacheinfo', submodule], made);
    tree = await gitLine(['write-tree'], made);
    await checkOut(dir, { sha: tree, pack: null }, pristine, {
      quota: QUOTA,
      limits: CONTENT_LIMITS,
    });
  });

  /** Plays a script in an overlay; returns the tree that is taken, the one that is there, and whether all was looked at. */
  async function play(name: string, script: string) {
    const run = join(folder, name);
    const upper = join(run, 'upper');
    for (const each of ['upper', 'work', 'aside']) mkdirSync(join(run, each), { recursive: true });
    const [shell = '', ...args] = overlayPrefix('rw', [run, filesPath(pristine)]);
    execFileSync(shell, [...args, 'sh'], {
      input: Buffer.from(`cd ${MERGED_TREE}; T='${join(run, 'aside')}'\n${script}`, 'latin1'),
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    const checkout: RunCheckout = {
      ...{ dir, limits: CONTENT_LIMITS, parent: '', parentTree: tree, openedTree: tree, pristine },
      ...{ conflicts: [], installed: [] },
      workTree: { kind: 'overlay', lower: [], upper, work: join(run, 'work') },
    };
    const work = await inspectWork(checkout, QUOTA);
    const write = ['git', 'write-tree'] as const;
    const { exitCode, stdout, stderr } = await takeChanges('-A', work, [write]);
    const index = join(run, 'whole.index');
    const whole = await gitInTurn([['git', 'read-tree', tree], ['git', 'add', '-A'], write], {
      ...work.reading,
      index,
    });
    const trusted = await git(['ls-files', '-v'], { dir, index: join(dir, 'collect.index') });
    rmSync(run, { recursive: true });
    return {
      taken: exitCode === 0 ? stdout[1]?.toString() : stderr,
      there: whole[2]?.toString(),
      lookedAtAll: !/^h /m.test(trusted.toString()),
    };
  }

  test('is all that is there, and few files are looked at', async () => {
    const looked = { atAll: 0, atFew: 0 };
    const trees = new Set<string | undefined>();
    for (let seed = 1; seed <= SEQUENCES; seed += 1) {
      const script = scriptBy(createRandom(seed));
      const { taken, there, lookedAtAll } = await play(`run-${seed}`, script);
      expect(taken, script).toBe(there);
      trees.add(taken);
      looked[lookedAtAll ? 'atAll' : 'atFew'] += 1;
    }
    expect(trees.size).toBeGreaterThan(SEQUENCES / 3);
    expect(looked.atFew).toBeGreaterThan(SEQUENCES / 4);
    expect(looked.atAll).toBeGreaterThan(0);
  });
});
