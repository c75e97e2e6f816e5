/** Files that git checks out and does not take back: they are found by a few processes, however many they are. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { leaveUnconvertible } from '../../../../src/adapters/workspace/checkout/unconvertible.ts';
import { createGitDir } from '../../../../src/adapters/workspace/mirror/mirror.ts';
import { temporaryFolder } from '../../sandbox/temporary-folder.ts';

const ATTRIBUTES =
  '*.le working-tree-encoding=UTF-16LE\n*.bom working-tree-encoding=UTF-16\n*.jp working-tree-encoding=SHIFT-JIS\n';
/** What each is not: of whole units, without a mark, with one, in that encoding. */
const REFUSED: Record<string, Buffer> = {
  'odd.le': Buffer.from('h\0i'),
  'marked.le': Buffer.from('\uFEFFhi\n', 'utf16le'),
  'unmarked.bom': Buffer.from('hi\n', 'utf16le'),
  'raw.jp': Buffer.from([0x80, 0xa0, 0xfd]),
};
const TAKEN: Record<string, Buffer> = {
  'good.le': Buffer.from('hi\n', 'utf16le'),
  'good.bom': Buffer.from('\uFEFFhi\n', 'utf16le'),
  'good.jp': Buffer.from([0x93, 0xfa, 0x0a]),
};
/** Names that a message of git could be mistaken for, and what git quotes. */
const ODD = [
  'a b',
  'ein "ß',
  '\\n[1]*',
  'line\nend',
  "x' from y",
  "x\nerror: failed to encode '0-good.le' from UTF-16LE to UTF-8",
];

/** A work tree with these files, and a git directory that counts how often git is started there. */
async function open(files: Record<string, Buffer>) {
  const folder = await temporaryFolder();
  const dir = join(folder, 'git');
  const workTree = await temporaryFolder();
  const counted = join(folder, 'counted');
  await createGitDir(dir, []);
  writeFileSync(counted, '');
  writeFileSync(join(workTree, '.gitattributes'), ATTRIBUTES);
  for (const [name, bytes] of Object.entries(files))
    writeFileSync(Buffer.from(`${workTree}/${name}`, 'latin1'), bytes);
  const commandPrefix = ['sh', '-c', `echo git >> '${counted}'; exec "$@"`, 'sh'];
  return {
    reading: { dir, workTree, commandPrefix },
    started: () => readFileSync(counted, 'utf8').split('\n').length - 1,
    attributes: () => readFileSync(join(dir, 'info/attributes'), 'latin1'),
  };
}

/** Paths are `latin1`. */
const latin1 = (name: string): string => Buffer.from(name).toString('latin1');

const numbered = (count: number, of: Record<string, Buffer>): [string, Buffer][] =>
  Array.from({ length: count }, (_, at) =>
    Object.entries(of).map(([name, bytes]): [string, Buffer] => [`${at}-${name}`, bytes]),
  ).flat();

test('a hundred of them are found by three processes, among as many others', async () => {
  const refused = [
    ...numbered(25, REFUSED),
    ...ODD.map((name): [string, Buffer] => [latin1(`${name}.le`), REFUSED['odd.le'] as Buffer]),
  ];
  const files = Object.fromEntries([...refused, ...numbered(25, TAKEN)]);
  const { reading, started, attributes } = await open(files);
  const found = await leaveUnconvertible(reading, Object.keys(files));
  expect([...found].sort()).toEqual(refused.map(([name]) => name).sort());
  expect(started()).toBe(3);
  expect(attributes()).toContain('"/0-odd.le" !working-tree-encoding\n');
  // Git takes all of them now.
  expect(await leaveUnconvertible(reading, Object.keys(files))).toEqual([]);
});

test('where none is refused, one process looks at all', async () => {
  const files = Object.fromEntries(numbered(3, TAKEN));
  const { reading, started, attributes } = await open(files);
  const before = attributes();
  expect(await leaveUnconvertible(reading, Object.keys(files))).toEqual([]);
  expect([started(), attributes()]).toEqual([1, before]);
  expect(await leaveUnconvertible(reading, [])).toEqual([]);
});

test('more than are listed are all left, by as few', async () => {
  const files = Object.fromEntries(numbered(501, { 'odd.le': Buffer.from('h\0i') }));
  const { reading, started, attributes } = await open(files);
  const paths = ['first.le', ...Object.keys(files)];
  writeFileSync(join(reading.workTree, 'first.le'), TAKEN['good.le'] as Buffer);
  expect(await leaveUnconvertible(reading, paths)).toEqual(paths);
  expect(started()).toBe(2);
  expect(attributes()).toContain('* !working-tree-encoding\n');
});

test('of those that git does not name so many are looked for, and the rest is left as well', async () => {
  // They come back in the other order of bytes, which git looks at where it is told to.
  const swapped = Buffer.from([0xfe, 0xff, 0, 0x68]);
  const files = Object.fromEntries(numbered(40, { 'swapped.bom': swapped }));
  const { reading, started } = await open(files);
  const looks = [
    ...['env', 'GIT_CONFIG_COUNT=1', 'GIT_CONFIG_KEY_0=core.checkRoundtripEncoding'],
    'GIT_CONFIG_VALUE_0=UTF-16',
  ];
  const looking = { ...reading, commandPrefix: [...reading.commandPrefix, ...looks] };
  const paths = Object.keys(files);
  expect(await leaveUnconvertible(looking, paths)).toEqual(paths);
  expect(started()).toBe(22);
});
