import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CollectedWork, NamedWork } from '../../../../src/engine/ports/workspace.ts';
import { openEnvironment, type WorkspaceEnvironment } from '../environment.ts';
import type { Committed } from '../remote.ts';

let environment: WorkspaceEnvironment;
let base = '';
const LINES = Array.from({ length: 9 }, (_, at) => `line ${at + 1}\n`);
beforeAll(async () => {
  environment = await openEnvironment('folder');
  base = await environment.remote.commit({ 'a.txt': LINES.join(''), 'old.txt': 'old\n' });
});
afterAll(() => environment.close());

/** Work of this name: these changes on top of that of another one, or of the base. */
async function made(
  name: string,
  changes: Record<string, Committed>,
  on: NamedWork[] = [],
): Promise<NamedWork> {
  const { remote } = environment;
  const inRemote = (args: string[], input: string | Buffer) =>
    execFileSync('git', args, { cwd: remote.path, env: { PATH: '/usr/bin:/bin' }, input });
  const last = on.at(-1);
  if (last) inRemote(['unpack-objects', '-q'], last.pack);
  const parent = last ? remote.git('commit-tree', last.tree, '-m', 'before') : base;
  const commit = await remote.commit(changes, name, parent);
  const tree = remote.git('rev-parse', `${commit}^{tree}`);
  const pack = inRemote(['pack-objects', '-q', '--stdout', '--revs'], `${tree}\n^${base}\n`);
  return { name, tree, pack, contains: containedBy(on) };
}
/** The text with these lines in place of its own. */
const lines = (changed: Record<number, string>): string =>
  LINES.map((line, at) => (changed[at + 1] ? `${changed[at + 1]}\n` : line)).join('');
const line = (number: number, words: string) => ({ 'a.txt': lines({ [number]: words }) });
const containedBy = (on: NamedWork[]) => [
  ...new Set(on.flatMap(other => [...other.contains, other.name])),
];
const named = (name: string, { change, pack }: CollectedWork, on: NamedWork[]): NamedWork => ({
  name,
  tree: change.tree,
  pack,
  contains: containedBy(on),
});
const joined = (works: NamedWork[], ...join: string[]) =>
  environment.workspaces.join(
    { ...environment.source, parent: base, mergesInto: null },
    { works, join },
  );
/** What stands in a file of the joined work. */
async function text(work: Awaited<ReturnType<typeof joined>>, path: string): Promise<string> {
  if ('conflicts' in work) throw new Error(JSON.stringify(work.conflicts));
  const entry = work.change.entries.find(other => other.path === path);
  return entry?.text.after ?? '';
}
test('what three works changed stands in one, a rename and a removal with it', async () => {
  const top = await made('top', line(1, 'top'));
  const middle = await made('middle', { ...line(5, 'middle'), 'old.txt': null });
  const bottom = await made('bottom', {
    'a.txt': null,
    'b.txt': lines({ 9: 'bottom' }),
    'c.txt': 'c\n',
  });
  const work = await joined([top, middle, bottom], 'top', 'middle', 'bottom');
  expect(await text(work, 'b.txt')).toBe(lines({ 1: 'top', 5: 'middle', 9: 'bottom' }));
  if ('conflicts' in work) return;
  const { entries } = work.change;
  expect(entries.map(({ path, status }) => [path, status])).toEqual([
    ['b.txt', 'renamed'],
    ['c.txt', 'added'],
    ['old.txt', 'deleted'],
  ]);
  // It opens again like any other work.
  const tree = { sha: work.change.tree, pack: work.pack };
  const again = await environment.open(base, { tree });
  expect(await environment.act(again, 'ls; head -1 b.txt')).toBe('b.txt\nc.txt\ntop\n');
});

test('what one work took back of an earlier one stays taken back', async () => {
  const first = await made('first', line(5, 'first'));
  const reverting = await made('reverting', line(5, 'line 5'), [first]);
  const other = await made('other', { 'a.txt': lines({ 5: 'first', 9: 'other' }) }, [first]);
  const work = await joined([first, reverting, other], 'reverting', 'other');
  expect(await text(work, 'a.txt')).toBe(lines({ 9: 'other' }));
});

test('two that join the same two in different ways go by what they have in common', async () => {
  const one = await made('one', line(1, 'one'));
  const two = await made('two', line(5, 'two'));
  const both = named('both', (await joined([one, two], 'one', 'two')) as CollectedWork, [one, two]);
  const left = await made('left', line(5, 'two'), [both]);
  const three = await made('three', { 'a.txt': lines({ 5: 'two', 9: 'three' }) }, [two]);
  const mix = named('mix', (await joined([one, two, three], 'one', 'three')) as CollectedWork, [
    one,
    two,
    three,
  ]);
  const work = await joined([one, two, both, left, three, mix], 'left', 'mix');
  expect((await text(work, 'a.txt')).split('\n')).toEqual(
    expect.arrayContaining(['line 1', 'two', 'three']),
  );
});

test('a conflict names its files and the two whose it is, and is opened with marks', async () => {
  const far = await made('far', { 'far.txt': 'far\n' });
  const left = await made('left-1-1', line(5, 'left'));
  const right = await made('right-1-1', { ...line(5, 'right'), 'r.txt': 'r\n' });
  const works = [far, left, right];
  const join = ['far', 'left-1-1', 'right-1-1'];
  expect(await joined(works, ...join)).toEqual({
    conflicts: [{ path: 'a.txt', between: ['left-1-1', 'right-1-1'] }],
  });
  const workspace = await environment.open(base, { joins: { works, join } });
  const seen = await environment.act(workspace, 'ls; sed -n "5,9s/^/x/p" a.txt');
  expect(seen).toContain('far.txt\nold.txt\nr.txt\n');
  expect(seen).toMatch(/x<<<<<<< joined-2\nxleft\nx=======\nxright\nx>>>>>>> right-1-1/);
  await environment.act(workspace, 'echo more > more.txt');
  await expect(workspace.collect()).rejects.toThrow('"a.txt": marks of a conflict are left');
  await environment.act(workspace, "sed -i '/^[<=>]\\{7\\}/d' a.txt");
  const settled = await workspace.collect();
  expect(settled?.change.entries.map(({ path }) => path)).toEqual([
    'a.txt',
    'far.txt',
    'more.txt',
    'r.txt',
  ]);
});

test('one side that removes what the other changes is a conflict, and so are two new files', async () => {
  const gone = await made('gone', { 'a.txt': null, 'new.txt': 'one\n' });
  const kept = await made('kept', { ...line(5, 'kept'), 'new.txt': 'two\n' });
  const found = await joined([gone, kept], 'gone', 'kept');
  const paths = 'conflicts' in found ? found.conflicts.map(({ path }) => path) : [];
  expect(paths.sort()).toEqual(['a.txt', 'new.txt']);
});

test('a pack that does not hold its tree is refused', async () => {
  const one = await made('one', line(1, 'one'));
  const other = await made('other', line(9, 'other'));
  const broken = { ...other, pack: Buffer.from('nothing') };
  await expect(joined([one, broken], 'one', 'other')).rejects.toThrow(/index-pack/);
});
