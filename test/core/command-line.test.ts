/** Lines as argv, and what an argv comes to. */
import { describe, expect, it } from 'vitest';
import { parseCommandLine, plainCommand } from '../../src/core/command-line.ts';

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

describe('an argv', () => {
  it.each([
    [
      ['/usr/bin/git', 'push'],
      ['git', 'push'],
    ],
    [
      ['/usr/local/bin/node', '--test'],
      ['node', '--test'],
    ],
    [
      ['bin/git', 'push'],
      ['bin/git', 'push'],
    ],
    [
      ['bash', '-lc', 'git push origin'],
      ['git', 'push', 'origin'],
    ],
    [
      ['/bin/sh', '-c', 'bash -c "/usr/bin/gh pr list"'],
      ['gh', 'pr', 'list'],
    ],
    [
      ['env', 'A=1', 'git', 'push'],
      ['git', 'push'],
    ],
    [
      ['sh', 'build.sh'],
      ['sh', 'build.sh'],
    ],
    [['env'], ['env']],
  ])('%j comes to %j', (argv, plain) => {
    expect(plainCommand(argv)).toEqual({ ok: true, argv: plain });
  });

  it.each([
    [['sh', '-c', 'a; b'], /shell syntax/],
    [['bash', '-c'], /empty/],
    [['env', '-S', 'git push'], /hides what runs/],
    [[''], /empty/],
    [['env', 'env', 'env', 'env', 'env', 'env', 'ls'], /run the program itself/],
  ])('%j is refused', (argv, problem) => {
    const plain = plainCommand(argv);
    expect(!plain.ok && plain.problem).toMatch(problem);
  });
});
