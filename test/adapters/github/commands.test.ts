import { describe, expect, it } from 'vitest';
import { findCommand } from '../../../src/adapters/github/triggers/commands.ts';
import { threadTime } from '../../thread-time.ts';

const found = (body: string, place: 'issue' | 'pull' = 'issue') => findCommand(body, place);
const command = (name: string, text = '') => ({
  first: { command: { name, text } },
  leftOut: [],
});

describe('a command is', () => {
  it.each<[string, string, ReturnType<typeof command>]>([
    ['the first word of a line', '/agent fix', command('fix')],
    ['case-insensitive', '/Agent FIX', command('fix')],
    ['with words behind it', '/agent fix  rename it ', command('fix', 'rename it')],
    ['indented a little', '   /agent status', command('status')],
    ['in a later line', 'Thanks!\n\n/agent help fix\n', command('help', 'fix')],
    ['in a line of a paragraph', 'Thanks!\r\n/agent cancel\r\nbye', command('cancel')],
    ['asking for help where it stands alone', '/agent', command('help')],
    ['after a closed fence', '```\n/agent cancel\n```\n/agent fix', command('fix')],
    ['after a quote and a blank line', '> /agent cancel\n\n/agent fix', command('fix')],
    ['after a closed HTML comment', '<!-- /agent cancel -->\n/agent fix', command('fix')],
    ['after a closed code span', 'see `x`\n/agent fix', command('fix')],
    ['after a backtick that opens nothing', "it's a ` mark\n/agent fix", command('fix')],
    ['with a fence in its words', '/agent fix use ``` here', command('fix', 'use ``` here')],
  ])('%s', (_name, body, expected) => {
    expect(found(body)).toEqual(expected);
  });
});

describe('nothing is started by', () => {
  it.each([
    ['mid-line', 'please /agent fix'],
    ['a list item', '- /agent fix'],
    ['a heading', '# /agent fix'],
    ['bold', '**/agent fix**'],
    ['another word', '/agents fix'],
    ['an escaped one', '\\/agent fix'],
    ['a fence', '```\n/agent fix\n```'],
    ['a fence with a language', '~~~sh\n/agent fix\n~~~'],
    ['a fence that is never closed', '```\n/agent fix'],
    ['a longer fence around a shorter', '````\n```\n/agent fix\n```\n````'],
    ['a fence closed by the wrong mark', '```\n~~~\n/agent fix\n```'],
    ['a fence in a list', '- ```\n  /agent fix\n  ```'],
    ['a fence in a quote', '> ```\n> x\n\n> /agent fix'],
    ['a quote', '> /agent fix'],
    ['a quote of a quote', '> > /agent fix'],
    ['the lazy line of a quote', '> as you said\n/agent fix'],
    ['an HTML comment', '<!-- /agent fix -->'],
    ['an HTML comment of many lines', '<!--\n/agent fix\n-->'],
    ['an HTML comment after words', 'hidden <!-- \n/agent fix\n-->'],
    ['an HTML comment that never ends', '<!--\n\n/agent fix'],
    ['preformatted HTML', '<pre>\n/agent fix\n</pre>'],
    ['an HTML quote', '<blockquote>\n\n/agent fix\n\n</blockquote>'],
    [
      'nested HTML quotes',
      '<blockquote>\n<blockquote>\n</blockquote>\n\n/agent fix\n</blockquote>',
    ],
    ['indented code', 'so:\n\n    /agent fix'],
    ['code by a tab', '\t/agent fix'],
    ['a code span over lines', 'like `this\n/agent fix\none`'],
    ['a double code span over lines', 'like ``a`\n/agent fix\nb`` c'],
    ['a Cyrillic letter in the name', '/аgent fix'],
    ['a Cyrillic letter in the command', '/agent fіx'],
    ['a zero-width space in the name', '/ag\u200bent fix'],
    ['a zero-width space before the name', '\u200b/agent fix'],
    ['a zero-width space in the command', '/agent f\u200bix'],
    ['a full-width slash', '／agent fix'],
    ['a long s', '/agent ſtatus'],
    ['a line separator', 'x\u2028/agent fix'],
    ['an exotic blank', '/agent\u00a0fix'],
    ['nothing', ''],
  ])('%s', (_name, body) => {
    expect(found(body)).toBeNull();
  });
});

describe('what is meant for us and not understood is answered', () => {
  it.each([
    [
      'an unknown word',
      '/agent deploy',
      { code: 'unknown_command', word: 'deploy', nearest: null },
    ],
    ['a slip', '/agent fxi', { code: 'unknown_command', word: 'fxi', nearest: 'fix' }],
    [
      'an option',
      '/agent fix --output=x',
      { code: 'invalid_arguments', command: 'fix', problem: 'it takes words, not options' },
    ],
    [
      'a shell',
      '/agent status ; id',
      { code: 'invalid_arguments', command: 'status', problem: 'it takes no arguments' },
    ],
    [
      'a substitution',
      '/agent help $(id)',
      {
        code: 'invalid_arguments',
        command: 'help',
        problem: 'it takes one word of letters, digits, ".", "_", "/" and "-"',
      },
    ],
    [
      'a name from the language',
      '/agent __proto__',
      { code: 'unknown_command', word: '__proto__', nearest: null },
    ],
  ])('%s', (_name, body, problem) => {
    expect(found(body)).toEqual({ first: { problem }, leftOut: [] });
  });

  it('a command of issues on a pull request', () => {
    const problem = 'it works on issues only';
    expect(found('/agent lint', 'pull')?.first).toEqual({
      problem: { code: 'invalid_arguments', command: 'lint', problem },
    });
  });
});

it('takes the first of several and tells the rest', () => {
  expect(found('/agent fix\nand\n/agent cancel\n/agent nonsense')).toEqual({
    first: { command: { name: 'fix', text: '' } },
    leftOut: ['/agent cancel', '/agent nonsense'],
  });
});

it.each([
  ['list marks', '-   '.repeat(16_000)],
  ['quote marks', '> '.repeat(30_000)],
  ['backticks', '` '.repeat(30_000)],
  ['growing runs of backticks', Array.from({ length: 350 }, (_, n) => '`'.repeat(n)).join(' ')],
  ['comment openers', '<!--'.repeat(16_000)],
  ['HTML tags', '<pre>'.repeat(13_000)],
  ['blanks', `/agent ${' '.repeat(60_000)}x ${' '.repeat(5)}`],
])('looks through %s quickly', (_name, body) => {
  expect(threadTime(() => found(`${body}\n${body.slice(0, 100)}`))).toBeLessThan(500);
});
