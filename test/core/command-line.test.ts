/** The lines of configurations as argv. */
import { describe, expect, it } from 'vitest';
import { parseCommandLine } from '../../src/core/command-line.ts';

describe('a line', () => {
  it.each([
    ['npm test', ['npm', 'test']],
    ['  npm\trun   lint ', ['npm', 'run', 'lint']],
    [`git log --format='%h %s' "a b"`, ['git', 'log', '--format=%h %s', 'a b']],
    [`echo "it's" '' a\\ b`, ['echo', "it's", '', 'a b']],
    [`grep -e 'a|b$' src`, ['grep', '-e', 'a|b$', 'src']],
    ['say "\\"x\\""', ['say', '"x"']],
  ])('%j is words', (line, argv) => {
    expect(parseCommandLine(line)).toEqual({ ok: true, argv });
  });

  it.each([
    ...['npm test; git push', 'a && b', 'a || b', 'a | b', 'a > b', 'a < b', 'a &', 'a\nb'],
    ...['echo $HOME', 'echo `id`', 'echo "$(id)"', 'echo "`id`"', '(a)', '{ a; }', 'ls *', 'ls ?'],
    ...['ls [a]', 'cd ~', 'a #b', '!!', 'a \\\nb', 'a\\'],
  ])('%j is for a shell alone, and refused with what to do', line => {
    const parsed = parseCommandLine(line);
    expect(parsed).toMatchObject({ ok: false });
    expect(!parsed.ok && parsed.problem).toMatch(/is shell syntax: run one program at a time/);
  });

  it.each([
    ['', 'The command is empty.'],
    [`echo 'a`, "The quote ' is not closed."],
    ['A=1 npm test', 'A variable before a command is shell syntax: leave it out.'],
  ])('%j is refused', (line, problem) => {
    expect(parseCommandLine(line)).toEqual({ ok: false, problem });
  });
});
