import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { preparedFolder } from '../../../../src/adapters/workspace/run/prepared-folders.ts';
import type { Prepared } from '../../../../src/engine/ports/workspace.ts';
import { openEnvironment, WORK_TREE_KINDS, type WorkspaceEnvironment } from '../environment.ts';

/** What an install does: here, there, and beside. */
const INSTALL = `
  mkdir -p node_modules/dep/bin packages/a/node_modules/sub empty
  echo 'module.exports = 1' > node_modules/dep/index.js
  echo sub > packages/a/node_modules/sub/s
  echo log > install.log
  echo plugged > .pnp.cjs
  echo built > packages/a/version.js
  ln -s version.js packages/a/latest.js
  echo changed > package-lock.json
  chmod +x build.sh größe/größe.txt
  echo new > größe/neu.txt
  echo lost > "$(printf 'not-utf8-\\377')"
  rm removed.txt`;

describe.each(WORK_TREE_KINDS)('prepared folders in a workspace of the kind %s', kind => {
  let environment: WorkspaceEnvironment;
  let base = '';
  let prepared: Prepared;
  beforeAll(async () => {
    environment = await openEnvironment(kind);
    base = await environment.remote.commit({
      '.gitignore': 'install.log\n',
      'packages/a/package.json': '{}',
      'package-lock.json': '{}',
      'build.sh': 'true\n',
      'größe/größe.txt': 'true\n',
      'removed.txt': 'there\n',
    });
    const workspace = await environment.open(base);
    await environment.act(workspace, INSTALL);
    prepared = await workspace.keepPrepared('key');
    await workspace.close();
  });
  afterAll(() => environment.close());

  const layer = () => join(preparedFolder(environment.stateDir, { id: 42 }, 'key'), 'tree');

  test('are all untracked files and folders, wherever they are, and are found again', async () => {
    expect(prepared).toEqual({
      key: 'key',
      paths: [
        ...['.pnp.cjs', 'empty', 'größe/neu.txt', 'install.log', 'node_modules'],
        ...['packages/a/latest.js', 'packages/a/node_modules', 'packages/a/version.js'],
        ...['build.sh', 'größe/größe.txt', 'package-lock.json'],
      ],
    });
    expect(await environment.workspaces.prepared(environment.source.repository, 'key')).toEqual(
      prepared,
    );
    expect(
      await environment.workspaces.prepared(environment.source.repository, 'other'),
    ).toBeNull();
    expect(
      await environment.workspaces.prepared({ ...environment.source.repository, id: 43 }, 'key'),
    ).toBeNull();
  });

  test('stand in later workspaces, and never in what those leave', async () => {
    const workspace = await environment.open(base, { prepared });
    const seen = await environment.act(
      workspace,
      'cat node_modules/dep/index.js packages/a/node_modules/sub/s; mkdir -p node_modules/.cache && echo c > node_modules/.cache/c; rm -rf node_modules/dep; echo x > x',
    );
    expect(seen).toContain('module.exports = 1\nsub\n');
    const collected = await workspace.collect();
    expect(collected?.change.entries.map(entry => entry.path)).toEqual(['x']);
    expect(await readFile(join(layer(), 'node_modules/dep/index.js'), 'utf8')).toContain('exports');
  });

  test('are files as well, tracked ones too, and no part of what a run changed', async () => {
    const workspace = await environment.open(base, { prepared });
    const script =
      'cat .pnp.cjs install.log packages/a/latest.js package-lock.json removed.txt; test -x build.sh && test -x größe/größe.txt && cat größe/neu.txt && ls -d empty; echo mine > packages/a/version.js; echo new > packages/a/new.js; rm .pnp.cjs';
    expect(await environment.act(workspace, script)).toBe(
      'plugged\nlog\nbuilt\nchanged\nthere\nnew\nempty\n',
    );
    const collected = await workspace.collect();
    expect(collected?.change.entries.map(entry => entry.path)).toEqual(['packages/a/new.js']);
  });

  test('a tracked file that the install changed is a run’s change once the run changes it', async () => {
    const workspace = await environment.open(base, { prepared });
    await environment.act(workspace, 'echo more >> package-lock.json; rm build.sh');
    const first = await workspace.collect();
    expect(first?.change.entries).toMatchObject([
      { path: 'build.sh', status: 'deleted' },
      { path: 'package-lock.json', text: { before: '{}', after: 'changed\nmore\n' } },
    ]);
    if (first === null) return;
    // The next run begins with what that one left, and not with what the install did.
    const tree = { sha: first.change.tree, pack: first.pack };
    const next = await environment.open(base, { prepared, tree });
    expect(await environment.act(next, 'cat package-lock.json; ls build.sh 2>&1')).toMatch(
      /^changed\nmore\nls: .*build.sh/,
    );
    expect(await next.collect()).toBeNull();
  });

  test('give way to a file that the tree tracks by now', async () => {
    const tracked = await environment.remote.commit(
      { 'packages/a/version.js': 'tracked\n' },
      'tracked',
    );
    const workspace = await environment.open(tracked, { prepared });
    const script = 'cat packages/a/version.js .pnp.cjs; echo more >> packages/a/version.js';
    expect(await environment.act(workspace, script)).toBe('tracked\nplugged\n');
    const collected = await workspace.collect();
    expect(collected?.change.entries).toMatchObject([
      { path: 'packages/a/version.js', status: 'modified', text: { after: 'tracked\nmore\n' } },
    ]);
  });

  test('can be written to, where an overlay allows, for that run alone', async () => {
    const workspace = await environment.open(base, { prepared });
    const script = 'mkdir -p node_modules/.cache && echo c > node_modules/.cache/c && echo written';
    const seen = await environment.act(workspace, script);
    if (kind === 'overlay') expect(seen).toBe('written\n');
    else expect(seen).toContain('Read-only file system');
    const next = await environment.open(base, { prepared });
    expect(await environment.act(next, 'ls -A node_modules')).toBe('dep\n');
  });

  test('can not be used to reach outside, by links on the way to them', async () => {
    const script =
      'rm -rf packages 2>/dev/null; mv packages moved 2>/dev/null; ln -s /etc packages; ln -sfn /etc node_modules 2>/dev/null; true';
    const workspace = await environment.open(base, { prepared });
    await environment.act(workspace, script);
    const collected = await workspace.collect().catch(error => error);
    const paths: string[] = (collected?.change?.entries ?? []).map(
      (entry: { path: string }) => entry.path,
    );
    expect(paths.filter(path => path.includes('node_modules'))).toEqual([]);
    expect(await readFile(join(layer(), 'packages/a/node_modules/sub/s'), 'utf8')).toBe('sub\n');
    if (collected === null || collected.change === undefined) return;
    // A later run on that tree has a link where the folder would be bound.
    const tree = { sha: collected.change.tree, pack: collected.pack };
    const outcome = await environment
      .open(base, { prepared, tree })
      .then(later => environment.act(later, 'ls packages/a/node_modules'))
      .catch(error => String(error));
    expect(outcome).not.toContain('shadow');
  });

  test('are kept once, by whoever is first', async () => {
    const second = await environment.open(base);
    await environment.act(second, 'mkdir node_modules; echo other > node_modules/other');
    expect((await second.keepPrepared('key')).key).toBe('key');
    const later = await environment.open(base, { prepared });
    expect(await environment.act(later, 'ls node_modules')).toBe('dep\n');
  });

  test('are refused where the tree tracks the same, or they are gone', async () => {
    const tracked = await environment.remote.commit(
      { 'node_modules/own.js': 'own', '.gitignore': null },
      'own',
    );
    await expect(environment.open(tracked, { prepared })).rejects.toThrow(
      'node_modules is part of the tree and was also made by the install',
    );
    await expect(environment.open(base, { prepared: { key: 'gone', paths: [] } })).rejects.toThrow(
      'Nothing is prepared under gone',
    );
  });
});
