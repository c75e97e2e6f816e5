/** The repository as tools in the sandbox see it: its history, and the tags before the commit. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openEnvironment, type WorkspaceEnvironment } from '../environment.ts';

let environment: WorkspaceEnvironment;
let base = '';
beforeAll(async () => {
  environment = await openEnvironment('overlay');
  const first = await environment.remote.commit({ a: '1\n' });
  environment.remote.git('tag', 'v1.0.0', first);
  environment.remote.git('tag', '-a', '-m', 'two', 'v2.0.0-rc.1', first);
  base = await environment.remote.commit({ a: '2\n' });
  const later = await environment.remote.commit({ a: '3\n' }, 'later');
  environment.remote.git('tag', '-a', '-m', 'three', 'v3.0.0', later);
});
afterAll(() => environment.close());

test('git describe names the version, and tags of other histories are not there', async () => {
  const workspace = await environment.open(base);
  const script =
    'git describe --always; git describe --tags --abbrev=0; git tag; git rev-list --count HEAD';
  expect((await environment.act(workspace, script)).split('\n')).toEqual([
    `v2.0.0-rc.1-1-g${base.slice(0, 7)}`,
    'v2.0.0-rc.1',
    'v1.0.0',
    'v2.0.0-rc.1',
    '2',
    '',
  ]);
});

const tag = (...args: string[]) => environment.remote.git('tag', ...args);
const ANNOTATED = ['-a', '-m', 'x'];
const LATER: [what: string, act: (first: string) => unknown][] = [
  ['a lightweight one is added', () => tag('w1.0.0', base)],
  ['an annotated one is added', () => tag(...ANNOTATED, 'w2.0.0', base)],
  ['a lightweight one is moved', first => tag('-f', 'w1.0.0', first)],
  ['an annotated one is moved', first => tag('-f', ...ANNOTATED, 'w2.0.0', first)],
  ['an annotated one becomes lightweight', () => tag('-f', 'w2.0.0', base)],
  ['one is moved out of this history', () => tag('-f', 'w2.0.0', 'refs/heads/later')],
  ['one of a tag is added', () => tag(...ANNOTATED, 'w3.0.0', 'v2.0.0-rc.1')],
  [
    'another takes the name of one as its folder',
    () => [tag('-d', 'w1.0.0'), tag('w1.0.0/b', base)],
  ],
  ['all are deleted', () => tag('-d', 'w1.0.0/b', 'w2.0.0', 'w3.0.0', 'v2.0.0-rc.1', 'v1.0.0')],
];

test('tags are what they are on GitHub when a run begins, whatever became of them', async () => {
  const { remote } = environment;
  await environment.open(base);
  const first = remote.git('rev-parse', `${base}^`).trim();
  const on = (commit: string) => ['for-each-ref', '--merged', commit, 'refs/tags/'];
  const describe = (...how: string[]) => ['describe', '--always', '--long', ...how];
  for (const [what, act] of LATER) {
    act(first);
    const commands = [on(base), [...describe(), base], [...describe('--tags'), base]];
    const there = commands.map(args => remote.git(...args).trim());
    const script = commands.map(args => `git ${args.join(' ')}; echo --`).join('; ');
    const here = await environment.act(await environment.open(base), script);
    expect([what, here.split('--\n').map(part => part.trim())]).toEqual([what, [...there, '']]);
  }
});

test('many tags come by what they stand for: without a fetch where all is here, else with one', async () => {
  const { remote, open, act } = environment;
  await open(base);
  const opening = async () => {
    remote.requests.splice(0);
    const tags = Number(await act(await open(base), 'git tag | wc -l'));
    const packs = remote.requests.filter(request => request.packs).length;
    return { tags, packs, asked: remote.requests.length };
  };
  const { asked } = await opening();
  const many = (name: string, object: string) =>
    writeFileSync(
      join(remote.path, 'packed-refs'),
      Array.from({ length: 400 }, (_, at) => `${object} refs/tags/${name}/${at + 1_000}\n`).join(
        '',
      ),
    );
  many('light', base);
  expect(await opening()).toEqual({ tags: 400, packs: 0, asked });
  tag(...ANNOTATED, 'once', base);
  many('heavy', remote.git('rev-parse', 'once'));
  expect(await opening()).toMatchObject({ tags: 401, packs: 1 });
});

test('a commit is there although a tag that came with it stands below the name of another', async () => {
  const { remote, open, act } = environment;
  const before = await remote.commit({ a: '4\n' }, 'moving', base);
  tag('line', before);
  await open(before);
  tag('-d', 'line');
  const after = await remote.commit({ a: '5\n' }, 'moving', before);
  tag('line/two', after);
  expect(await act(await open(after), 'git describe --tags --abbrev=0')).toBe('line/two\n');
});
