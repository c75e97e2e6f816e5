/** What the demo's terminal shows, and what it says to what it can't do. */
import { describe, expect, it } from 'vitest';
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
