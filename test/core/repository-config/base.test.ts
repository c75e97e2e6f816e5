/** Which branch work is for: what can be named, how it is named in a command, what a configuration says. */
import { describe, expect, it } from 'vitest';
import { branchNameFault } from '../../../src/core/branch-name.ts';
import { takeBase } from '../../../src/core/commands/base-option.ts';
import { chooseBase } from '../../../src/core/repository-config/choose-base.ts';
import { threadTime } from '../../thread-time.ts';

describe('the name of a branch', () => {
  it.each([
    ...['main', 'release/2.x', 'a', 'feature/#12', 'fünf', '発表', 'a@b', 'a{b}', 'con', 'nul.txt'],
    ...["it's", 'a"b', 'a&b;c', '$(id)', 'a,b', 'x'.repeat(244), '-'.padStart(2, 'a'), 'a.b'],
    ...['deadbeef', 'dependabot/npm_and_yarn/a-1.0', 'gatehouse', 'refs', 'head', 'HEAD2'],
  ])('may be %j', name => {
    expect(branchNameFault(name)).toBeNull();
  });

  it.each([
    ...['', 'HEAD', '@', '-x', '--force', 'refs/heads/main', 'a b', 'a\tb', 'a\u0000b', 'a~1'],
    ...['a^', 'a:b', 'a?', 'a*', 'a[b', 'a\\b', 'a..b', 'a@{1}', 'a.', '/a', 'a/', 'a//b', '.a'],
    ...['a/.b', 'a.lock', 'a.lock/b', 'a/b.lock', 'x'.repeat(245), 'ü'.repeat(123), '\ud800'],
    ...['a'.repeat(40), 'F'.repeat(40), '0'.repeat(64)],
  ])('is not %j', name => {
    expect(branchNameFault(name)).toEqual(expect.any(String));
  });
});

describe('--base', () => {
  it.each<[string, { base?: string; text: string }]>([
    ['', { text: '' }],
    ['the sum', { text: 'the sum' }],
    ['--base release/2.x', { base: 'release/2.x', text: '' }],
    ['--base=release/2.x the sum', { base: 'release/2.x', text: 'the sum' }],
    ['the sum --base: release/2.x', { base: 'release/2.x', text: 'the sum' }],
    ['--base= release/2.x', { base: 'release/2.x', text: '' }],
    ['the sum --base release/2.x', { base: 'release/2.x', text: 'the sum' }],
    ['--BASE v2\r\nthe sum', { base: 'v2', text: 'the sum' }],
    ['—base v2 the sum', { base: 'v2', text: 'the sum' }],
    ['--base `release/2.x` the sum', { base: 'release/2.x', text: 'the sum' }],
    ['--base "v2"', { base: 'v2', text: '' }],
    ['--base “v2” the sum', { base: 'v2', text: 'the sum' }],
    ['--base = v2 the sum', { base: 'v2', text: 'the sum' }],
    ["--base v2 don't", { base: 'v2', text: "don't" }],
    ['the sum \u200b--base\u00a0v2\u200b', { base: 'v2', text: 'the sum \u200b' }],
    // Only the first line is the command's own.
    [
      'the sum\n--base v2 is an option of ours',
      { text: 'the sum\n--base v2 is an option of ours' },
    ],
    ['what `git rebase --base v2` prints', { text: 'what `git rebase --base v2` prints' }],
    ['the data--base v2', { text: 'the data--base v2' }],
    ['--baseline v2', { text: '--baseline v2' }],
  ])('in %j', (text, taken) => {
    expect(takeBase(text)).toEqual({ ok: true, ...taken });
  });

  it.each([
    ['--base', /takes the name/],
    ['the sum --base=', /takes the name/],
    ['--base v2 --base v3', /once/],
    ['--base --force', /begins like an option/],
    ['--base a..b', /"a\.\.b".*"\.\."/],
    ['--base "release 2.x" the sum', /"release 2\.x" can't.* it holds " "/],
    ["the sum --base 'release 2.x'", /"release 2\.x" can't.* it holds " "/],
    ['the sum\n--base v2', /in the first line/],
    ['the sum\n\n--base v2\n', /in the first line/],
  ])('is refused in %j', (text, problem) => {
    expect(takeBase(text)).toEqual({ ok: false, problem: expect.stringMatching(problem) });
  });
});

describe('the base', () => {
  const config = {
    default: 'develop',
    labels: { 'for: 2.x': 'release/2.x', '🐛 old, "odd"': 'release/1.x', Ünite: 'release/2.x' },
    milestones: { "2.10 'Ünite'": 'release/2.10' },
  };
  const choose = (asked: string | null, labels: string[], milestone: string | null = null) => {
    const choice = chooseBase(asked, { labels, milestone }, config);
    return choice.ok ? choice.chosen : choice.problem;
  };

  it('is the one that the command names, before all else', () => {
    expect(choose('hotfix', ['for: 2.x', '🐛 old, "odd"'])).toMatchObject({ ref: 'hotfix' });
  });
  it.each([
    [['for: 2.x'], null, 'release/2.x', 'the label "for: 2.x" stands for it'],
    [['bug', 'FOR: 2.X'], "2.10 'Ünite'", 'release/2.x', 'the label "FOR: 2.X" stands for it'],
    [['🐛 old, "odd"'], null, 'release/1.x', 'the label "🐛 old, "odd"" stands for it'],
    [['U\u0308nite', 'for: 2.x'], null, 'release/2.x', 'the label "U\u0308nite" stands for it'],
    [[], "2.10 'ünite'", 'release/2.10', 'the milestone "2.10 \'ünite\'" stands for it'],
    [['bug'], '2.1', 'develop', 'gatehouse.yml says so'],
  ])('by the labels %j and the milestone %j is %s', (labels, milestone, ref, because) => {
    expect(choose(null, labels, milestone)).toEqual({ ref, because });
  });
  it('is not guessed where labels contradict each other', () => {
    expect(choose(null, ['for: 2.x', '🐛 old, "odd"'])).toMatch(/release\/2\.x .*release\/1\.x/);
  });
  it.each([undefined, {}])('is the default branch where %j says nothing', said => {
    expect(chooseBase(null, { labels: ['__proto__', 'a'], milestone: 'b' }, said)).toEqual({
      ok: true,
      chosen: { ref: null, because: '' },
    });
  });
});

it('is looked for in linear time, however often it stands in code', () => {
  const time = (count: number) => threadTime(() => takeBase('`--base x` '.repeat(count)));
  time(1_000);
  expect(time(40_000)).toBeLessThan(500);
});
