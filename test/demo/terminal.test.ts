/** What the demo's terminal shows, and what it says to what it can't do. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inspectRepository, needsCommand } from './inspect-repository.ts';
import { readOptions } from './options.ts';
import { terminalOf, wrapped } from './terminal.ts';

describe('lines', () => {
  it('wrap at words, below where they begin', () => {
    expect(wrapped('  1.0 s run  ', 'one two three four five six', 35)).toBe(
      '  1.0 s run  one two three four\n             five six',
    );
    expect(wrapped('', '\u001b[1mone\u001b[0m 👀 three four five six', 20)).toBe(
      '\u001b[1mone\u001b[0m 👀 three four\nfive six',
    );
    expect(wrapped('', `a ${'b'.repeat(40)} c`, 20)).toBe(`a\n${'b'.repeat(40)}\nc`);
    expect(wrapped('', 'one two three four five six', null)).toBe('one two three four five six');
  });

  it.each([
    [{ isTTY: true, columns: 90 }, {}, { width: 90, colour: true }],
    [{ isTTY: true }, { NO_COLOR: '1' }, { width: 80, colour: false }],
    [{ isTTY: true, columns: 90 }, { TERM: 'dumb' }, { width: 90, colour: false }],
    [{ isTTY: true, columns: 90 }, { NO_COLOR: '' }, { width: 90, colour: true }],
    [{}, {}, { width: null, colour: false }],
  ])('%j with %j: %j', (stream, env, terminal) => {
    expect(terminalOf(stream, env)).toEqual(terminal);
  });
});

describe('options', () => {
  it.each([
    [['--nope'], /^Unknown option '--nope'\. `npm run demo -- --help`/],
    [['stray'], /^Unexpected argument 'stray'\. `npm run demo -- --help`/],
    [['--repo'], /argument missing\. `npm run demo -- --help`/],
    [['--repo', ''], /needs the path/],
    [['--repo', '.', '--command', 'build'], /use lint or test/],
    [['--repo', '.', '--agent', 'codex'], /leave --agent codex out/],
    [['--command', 'test'], /name it with --repo PATH/],
  ])('%j is one line that says what is wrong', (args, said) => {
    expect(() => readOptions(args)).toThrow(said);
  });

  it('are taken as they are meant', () => {
    expect(readOptions(['--help'])).toBeNull();
    expect(readOptions([])).toMatchObject({ exit: false, agent: 'simulated', repo: null });
    expect(readOptions(['--latency', '100'])).toMatchObject({ latencyMs: 100 });
    expect(readOptions(['--repo', 'x', '--command', 'test', '--test', 'a b'])?.repo).toEqual({
      path: 'x',
      command: 'test',
      given: { test: 'a b' },
    });
  });
});

describe('a repository of the user', () => {
  let folder: string;
  const git = (...args: string[]) =>
    execa('git', ['-C', folder, '-c', 'user.name=t', '-c', 'user.email=t@x.example', ...args]);
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'gatehouse-demo-test-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('is looked at before anything is started', async () => {
    await expect(inspectRepository(join(folder, 'nowhere'))).rejects.toThrow(/does not exist/);
    await writeFile(join(folder, 'package.json'), '{ "scripts": { "test": "node a.js" } }');
    await expect(inspectRepository(join(folder, 'package.json'))).rejects.toThrow(/is a file/);
    await expect(inspectRepository(folder)).rejects.toThrow(/is not a git repository/);
    await git('init', '--quiet', '--initial-branch', 'main');
    await expect(inspectRepository(folder)).rejects.toThrow(/has no commit yet/);
    await git('add', '.');
    await git('commit', '--quiet', '--message', 'First');
    expect(await inspectRepository(folder)).toMatchObject({ branch: 'main' });
    await expect(needsCommand(folder, 'lint', {})).rejects.toThrow(
      /no lint command was found in .*--lint "COMMAND", or run the one that it has with --command test\.$/,
    );
    await needsCommand(folder, 'test', {});
    await needsCommand(folder, 'lint', { lint: 'true' });
  });
});
