/** What strangers can commit to keep git, or whoever reads it, busy for ever: each ends with its reason. */
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CHANGE_LIMITS } from '../../../src/core/change.ts';
import { WorkspaceRefused } from '../../../src/engine/ports/workspace.ts';
import { openEnvironment, WORK_TREE_KINDS, type WorkspaceEnvironment } from './environment.ts';

/** Git tries each way to share the letters of the name out to the stars. */
const ATTRIBUTES = `${'*a'.repeat(8)}*bc text\n`;
const NAME = `${'a'.repeat(120)}c`;
const environments = new Map<string, WorkspaceEnvironment>();
let base = '';

beforeAll(async () => {
  for (const kind of WORK_TREE_KINDS)
    environments.set(kind, await openEnvironment(kind, { limits: { seconds: 1 } }));
  environments.set('usual limits', await openEnvironment('folder'));
});
afterAll(async () => {
  for (const environment of environments.values()) await environment.close();
});
const opened = (kind = 'usual limits') => {
  const environment = environments.get(kind);
  if (!environment) throw new Error(`there is no environment ${kind}`);
  return environment;
};

describe.each(WORK_TREE_KINDS)('in its %s', kind => {
  const refusalOf = (of: Promise<unknown>) =>
    of.then(
      () => null,
      error => (error instanceof WorkspaceRefused ? error.message : String(error)),
    );

  test('attributes that a run leaves stop git, which is a reason and no error', async () => {
    const { remote, work } = opened(kind);
    base = await remote.commit({ 'a.txt': 'a\n' });
    const left = work(base, `printf '${ATTRIBUTES}' > .gitattributes; echo x > ${NAME}`);
    expect(await refusalOf(left)).toMatch(/^git \S+ was stopped: it used 1 s of processor time/);
  });

  test('attributes that are committed stop a checkout', async () => {
    const { remote, open } = opened(kind);
    const tree = remote.makeTree([
      `100644 blob ${remote.blob(ATTRIBUTES)}\t.gitattributes`,
      `100644 blob ${remote.blob('x')}\t${NAME}`,
    ]);
    const sha = commitOf(tree, kind);
    expect(await refusalOf(open(sha))).toMatch(/^git \S+ was stopped: it used 1 s/);
  });
});

/** A commit on the base with this tree. */
const commitOf = (tree: string, kind?: string): string => {
  const { remote } = opened(kind);
  const sha = remote.git('commit-tree', tree, '-p', remote.git('rev-parse', 'main'), '-m', 'm');
  remote.git('update-ref', `refs/heads/${sha.slice(0, 12)}`, sha);
  return sha;
};
const entries = (count: number, content: (at: number) => string): Buffer => {
  const { remote } = opened();
  const lines = Array.from(
    { length: count },
    (_, at) => `100644 ${remote.blob(content(at))}\tf${at}\0`,
  );
  return Buffer.from(lines.join(''));
};
async function compare(head: string) {
  const { remote, workspaces, source } = opened();
  base = remote.git('rev-parse', 'main');
  return workspaces.compare(source, base, head);
}

describe('a change that is compared', () => {
  beforeAll(async () => {
    base = await opened().remote.commit({ 'a.txt': 'a\n' });
  });

  test.each([
    [
      'a name',
      (_: WorkspaceEnvironment['remote'], file: string) => [`${file}\t${'n'.repeat(400_000)}`],
    ],
    [
      'a folder',
      (remote: WorkspaceEnvironment['remote'], file: string) => [
        `040000 tree ${remote.makeTree([`${file}\tx`])}\t${'n'.repeat(400_000)}`,
      ],
    ],
  ])(
    'is over the limits where it has %s that nothing can open, and is not checked out',
    async (_what, lines) => {
      const { remote, open } = opened();
      const head = commitOf(remote.makeTree(lines(remote, `100644 blob ${remote.blob('x')}`)));
      const { entries, beyond } = await compare(head);
      expect(entries).toEqual([]);
      expect(beyond?.reason).toMatch(
        /^It has a path of 40000[02] bytes; at most 4095 are allowed\.$/,
      );
      await expect(open(head)).rejects.toThrow(WorkspaceRefused);
      await expect(open(head)).rejects.toThrow('a path of more than 4095 bytes');
    },
  );

  test('is over the limits where a file of it climbs out of the tree, whatever it says of attributes', async () => {
    const { remote } = opened();
    const folder = remote.makeTree([`100644 blob ${remote.blob('* filter=x')}\t.gitattributes`]);
    for (const name of ['.', '..']) {
      const { entries, beyond } = await compare(
        commitOf(remote.makeTree([`040000 tree ${folder}\t${name}`])),
      );
      expect([entries, beyond?.reason]).toEqual([[], expect.stringContaining('"." or ".."')]);
    }
  });

  test('is read by as many processes, however many files of attributes begin with a mark', async () => {
    const { remote } = opened();
    const marked = (count: number) => {
      const blob = remote.blob(`\uFEFF*.${count} filter=crypt\n`);
      const folders = Array.from({ length: count }, (_, at) => {
        const own = remote.blob(`\uFEFF*.key filter=f${at}\n`);
        return `100644 ${own}\td${at}/.gitattributes\0` + `100644 ${blob}\td${at}/a.key\0`;
      });
      return commitOf(remote.tree(Buffer.from(folders.join(''))));
    };
    const started = async (head: string) => {
      let processes = 0;
      const count = () => {
        processes += 1;
      };
      subscribe('child_process', count);
      const { entries } = await compare(head);
      unsubscribe('child_process', count);
      return { processes, filters: entries.flatMap(({ filter }) => filter ?? []) };
    };
    const one = await started(marked(1));
    const many = await started(marked(30));
    expect(many.filters.sort()).toEqual(Array.from({ length: 30 }, (_, at) => `f${at}`).sort());
    expect(many.processes).toBe(one.processes);
  });

  test.each(['.git', '.GIT', 'git~1', '.g\u200cit', '..'])(
    'is never checked out with a file below %s, which is told',
    async name => {
      const { remote, open } = opened();
      const folder = remote.makeTree([`100644 blob ${remote.blob('x')}\tconfig`]);
      const opening = open(commitOf(remote.makeTree([`040000 tree ${folder}\t${name}`])));
      await expect(opening).rejects.toThrow(WorkspaceRefused);
      await expect(opening).rejects.toThrow(`invalid path '`);
    },
  );

  test('is not listed where its trees repeat without an end', async () => {
    const { remote } = opened();
    let tree = remote.tree(entries(1, () => 'x'));
    for (let level = 0; level < 9; level++) {
      const of = tree;
      const names = Array.from({ length: 10 }, (_, at) => `040000 tree ${of}\td${at}`);
      tree = remote.makeTree(names);
    }
    const { entries: listed, beyond } = await compare(commitOf(tree));
    expect(listed).toEqual([]);
    expect(beyond?.reason).toBe('It changes uncountably many files; at most 3000 are allowed.');
  });

  test('is not read where it has too many files', async () => {
    const { remote } = opened();
    const blob = remote.blob('');
    const many = Array.from(
      { length: CHANGE_LIMITS.files + 1 },
      (_, at) => `100644 ${blob}\tf${at}\0`,
    );
    const change = await compare(commitOf(remote.tree(Buffer.from(many.join('')))));
    expect(change.entries).toEqual([]);
    expect(change.beyond).toMatchObject({ files: CHANGE_LIMITS.files + 2 });
  });

  test('is not read where its paths are longer than any that people write, all together', async () => {
    const { remote, workspaces, source } = opened();
    const folder = Array.from({ length: 14 }, () => 'd'.repeat(250)).join('/');
    const blob = remote.blob('x');
    const files = Array.from({ length: 300 }, (_, at) => `100644 ${blob}\t${folder}/${at}\0`);
    const head = commitOf(remote.tree(Buffer.from(files.join(''))));
    const { entries: listed, beyond } = await compare(head);
    expect([listed, beyond?.reason]).toEqual([
      [],
      expect.stringMatching(/^The paths of its files have 105\d+ bytes together; at most 1000000/),
    ]);
    expect(await workspaces.changedPaths(source, base, head)).toBeNull();
  });

  test('is not read where it has too many bytes, or too much text', async () => {
    const { remote } = opened();
    const large = remote.blob('x\n'.repeat(5_000_000));
    const ten = Array.from({ length: 11 }, (_, at) => `100644 ${large}\tlarge${at}\0`);
    const heavy = await compare(commitOf(remote.tree(Buffer.from(ten.join('')))));
    expect(heavy.beyond?.reason).toBe(
      'The change holds 110000000 bytes; at most 100000000 are allowed.',
    );
    const text = remote.blob('y\n'.repeat(100_000));
    const texts = Array.from({ length: 200 }, (_, at) => `100644 ${text}\tt${at}\0`);
    const wordy = await compare(commitOf(remote.tree(Buffer.from(texts.join('')))));
    expect(wordy.beyond?.reason).toMatch(
      /^The change holds 4000000\d bytes of text, before and after; at most 33554432/,
    );
    expect([...heavy.entries, ...wordy.entries]).toEqual([]);
  });
});
