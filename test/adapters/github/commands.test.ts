import { describe, expect, it } from 'vitest';
import {
  type FoundCommands,
  findCommands,
  mayCall,
} from '../../../src/adapters/github/triggers/find-commands.ts';
import {
  LONGEST_COMMENT,
  readMarkdown,
} from '../../../src/adapters/github/triggers/markdown-text.ts';
import { readCommands } from '../../../src/adapters/github/triggers/read-commands.ts';
import { HANGS_MS } from '../../demo/until.ts';
import { threadTime } from '../../thread-time.ts';

/** What takes quadratic time takes longer than this already at these sizes. */
const READ_MS = 5_000;

const found = (body: string, place: 'issue' | 'pull' = 'issue'): FoundCommands =>
  mayCall(body) ? findCommands(body, place) : null;
const command = (name: string, text = '') => ({ commands: [{ name, text }] });

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
    ['after a zero-width blank', '\u200b\ufeff/agent fix\u200b', command('fix')],
    ['with a no-break blank', '/agent\u00a0fix\u00a0it', command('fix', 'it')],
    ['with a zero-width blank beside a blank', '/agent \u200bfix', command('fix')],
    ['with tabs and CRLF', '\r\n/agent\t\tstatus\t\r\n', command('status')],
    ['in capital letters', '/AGENT STATUS', command('status')],
    ['before an HTML comment', '/agent status <!-- sent by mail -->', command('status')],
    ['after a quote whose fence stays open', '> ```\n> x\n\n/agent fix', command('fix')],
    ['right after a quote whose fence stays open', '> ```\n> x\n/agent fix', command('fix')],
    ['after a list item whose fence stays open', '- ```\n  x\n\n/agent fix', command('fix')],
    ['above a line that would make it a heading', '/agent status\n---\nBob', command('status')],
    ['with a full stop', '/agent approve.', command('approve')],
    ['with a colon', '/agent fix: the sum', command('fix', 'the sum')],
    ['with an exclamation mark', '/agent Status!', command('status')],
    ['with words from right to left', '\u200f/agent fix أصلح', command('fix', 'أصلح')],
    ['with a fence in its words', '/agent fix use ``` here', command('fix', 'use ``` here')],
  ])('%s', (_name, body, expected) => {
    expect(found(body)).toEqual(expected);
  });
});

describe('nothing is started by', () => {
  it.each([
    ['a fence', '```\n/agent fix\n```'],
    ['a fence with a language', '~~~sh\n/agent fix\n~~~'],
    ['a fence that is never closed', '```\n/agent fix'],
    ['a longer fence around a shorter', '````\n```\n/agent fix\n```\n````'],
    ['a fence closed by the wrong mark', '```\n~~~\n/agent fix\n```'],
    ['a fence in a list', '- ```\n  /agent fix\n  ```'],
    ['a fence in a quote', '> ```\n> x\n\n> /agent fix'],
    ['a quote', '> /agent fix'],
    ['a quote of a quote', '> > /agent fix'],
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
    ['an emoji', '/agent 🚀', { code: 'unknown_command', word: '🚀', nearest: null }],
    ['another script', '/agent 修复', { code: 'unknown_command', word: '修复', nearest: null }],
    [
      'a question',
      '/agent approve?',
      { code: 'unknown_command', word: 'approve?', nearest: 'approve' },
    ],
    [
      'a base in the next line',
      '/agent fix it\n--base release',
      {
        code: 'invalid_arguments',
        command: 'fix',
        problem: '--base stands in the first line, behind the command',
      },
    ],
    ['a slip', '/agent fxi', { code: 'unknown_command', word: 'fxi', nearest: 'fix' }],
    [
      'an option',
      '/agent fix --output=x',
      {
        code: 'invalid_arguments',
        command: 'fix',
        problem: 'it takes words, and no option but --base BRANCH where it starts work',
      },
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
      'two commands in one line',
      '/agent fix /agent lint',
      {
        code: 'invalid_arguments',
        command: 'fix',
        problem: 'a further command stands on a line of its own',
      },
    ],
    [
      'politeness',
      '/agent can you fix this',
      { code: 'unknown_command', word: 'can', nearest: 'fix' },
    ],
    [
      'marks around it',
      '/agent **fix**',
      { code: 'unknown_command', word: '**fix**', nearest: 'fix' },
    ],
    [
      'a name from the language',
      '/agent __proto__',
      { code: 'unknown_command', word: '__proto__', nearest: null },
    ],
  ])('%s', (_name, body, problem) => {
    expect(found(body)).toEqual({ problem });
  });
});

describe('several commands', () => {
  it.each<[string, string, { name: string; text: string }[]]>([
    [
      'are taken in their order',
      '/agent deny too wide\n/agent fix only the sum',
      [
        { name: 'deny', text: 'too wide' },
        { name: 'fix', text: 'only the sum' },
      ],
    ],
    [
      'may stand apart',
      'Hello\n\n/agent status\n\nand\n\n/agent help fix',
      [
        { name: 'status', text: '' },
        { name: 'help', text: 'fix' },
      ],
    ],
    [
      'may cancel items of a backlog and let the rest go on',
      '/agent cancel one\n/agent cancel two\n/agent resume',
      [
        { name: 'cancel', text: 'one' },
        { name: 'cancel', text: 'two' },
        { name: 'resume', text: '' },
      ],
    ],
    [
      'are one where they are the same',
      '/agent approve\n/agent approve',
      [{ name: 'approve', text: '' }],
    ],
  ])('%s', (_name, body, commands) => {
    expect(found(body)).toEqual({ commands });
  });

  it.each([
    ['two answers', '/agent approve\n/agent deny not this', ['approve', 'deny']],
    ['an answer that is taken back', '/agent approve\n\n/agent revoke', ['approve', 'revoke']],
    ['two approvals', `/agent approve ${'a'.repeat(40)}\n/agent approve`, ['approve', 'approve']],
    ['two pieces of work', '/agent fix\nand\n/agent test', ['fix', 'test']],
    ['work and its end', '/agent fix\n/agent cancel', ['fix', 'cancel']],
    ['another try and its end', '/agent retry\n/agent cancel', ['retry', 'cancel']],
    ['an approval and the end', '/agent cancel\n/agent approve', ['cancel', 'approve']],
    ['going on and the end', '/agent resume\n/agent cancel', ['resume', 'cancel']],
    ['a backlog and work', '/agent play\n/agent fix', ['play', 'fix']],
    ['a backlog and its end', '/agent play\n/agent cancel', ['play', 'cancel']],
    ['a pause and a backlog', '/agent pause\n/agent play', ['pause', 'play']],
    ['another try and new work', '/agent retry\n/agent fix', ['retry', 'fix']],
    ['an approval and another try', '/agent approve\n/agent retry', ['approve', 'retry']],
    [
      'the end of several things and an approval',
      '/agent cancel one\n/agent cancel\n/agent approve',
      ['cancel', 'cancel', 'approve'],
    ],
    ['an approval and a change', '/agent approve\n/agent fix a bit more', ['approve', 'fix']],
  ])('are refused as a whole: %s', (_name, body, commands) => {
    expect(found(body)).toEqual({
      problem: { code: 'conflicting_commands', commands, reason: expect.stringMatching(/\.$/) },
    });
  });

  it('are refused as a whole where one of them is not understood', () => {
    expect(found('/agent status\n/agent fxi')).toEqual({
      problem: { code: 'unknown_command', word: 'fxi', nearest: 'fix' },
    });
  });

  it.each([
    ['in a list above', '- /agent deny not this\n\n/agent approve', 'deny'],
    ['in bold below', '/agent approve\n\n**/agent deny** not this', 'deny'],
    ['with a slip above', '/agnet cancel\n/agent approve', 'cancel'],
    ['with a slip in the text of one', '/agent fix the sum\n/agnet cancel', 'cancel'],
  ])('are refused as a whole where one was probably meant %s', (_name, body, meant) => {
    expect(found(body)).toEqual({ problem: { code: 'near_command', meant } });
  });

  it('are refused as a whole where one is in another script', () => {
    expect(found('/agent approve\n/agent 修复')).toEqual({
      problem: { code: 'unknown_command', word: '修复', nearest: null },
    });
  });

  it.each([
    ['a list of what was tried', '/agent cancel\n\nWhat was tried:\n- /agent fix twice', 'cancel'],
    ['a label in a list', '/agent pause\n\n- agent:fix label was set by mistake', 'pause'],
    ['a label in a table', '/agent revoke\n\n|a|b|\n|-|-|\n|agent:fix|set|', 'revoke'],
    ['our name', '/agent deny No.\n\n@gatehouse please review the schema first', 'deny'],
    ['code that stands alone', '/agent deny No. First do:\n\n`/agent fix`', 'deny'],
    ['another script', '/agent cancel\n/agent\u00a0修复', 'cancel'],
    ['a slip', '/agnet fix\n/AGENT Cancel.', 'cancel'],
    [
      'code in a quote of HTML',
      '/agent pause\n\n<q>as `` `x` `` said: please.\n@gatehouse help</q>\nThanks, that is all for today, see you all tomorrow morning',
      'pause',
    ],
  ])('that stop something are done beside %s', (_name, body, name) => {
    expect(found(body)).toMatchObject({ commands: [{ name }] });
  });

  it.each([
    ['a list in the text of one', '/agent fix as told:\n\n- /agent cancel stops', 'fix'],
    ['the same one, called by our name', '@gatehouse please fix\n\n/agent fix', 'fix'],
    ['words about one', 'I would not /agent deny this.\n\n/agent approve', 'approve'],
    ['code about one', '`/agent deny` is for others\n\n/agent approve', 'approve'],
    ['a quote of one', '> /agent deny\n\n/agent approve', 'approve'],
    [
      'a quote of HTML with code in it',
      '/agent approve\n\n<q>as `` `x` `` said: please.\n@gatehouse help</q>\nThanks, that is all for today, see you all tomorrow morning',
      'approve',
    ],
  ])('are done beside %s', (_name, body, name) => {
    expect(found(body)).toMatchObject({ commands: [{ name }] });
  });
});

describe('the text of a command', () => {
  it.each([
    [
      'goes to the end of the comment',
      '/agent fix the sum, and please:\r\n- keep the old name\r\n\r\n```js\r\n/agent cancel\r\n```\r\n> quoted',
      'the sum, and please:\r\n- keep the old name\r\n\r\n```js\r\n/agent cancel\r\n```\r\n> quoted',
    ],
    ['may begin below the command', '/agent fix\n\n- keep the old name\n', '- keep the old name'],
    [
      'ends before the end of what it stands in',
      '<div>\n<details open>\n\n/agent fix this\n\n</details>\n\n</div>',
      'this',
    ],
    [
      'ends before that, and with what it has of the same kind',
      '<details>\n\n/agent fix\n<details>\nx\n</details>\n</details>',
      '<details>\nx\n</details>',
    ],
    ['keeps the end of what begins in it', '/agent fix to\n<ul>\n</ul>', 'to\n<ul>\n</ul>'],
    ['keeps an end that it speaks of', '/agent fix `<b>` to\n</strong>', '`<b>` to\n</strong>'],
    ['keeps the end of what was over before', '<b>Hi</b>\n\n/agent fix to\n</b>', 'to\n</b>'],
    ['has no HTML comments', '/agent fix this<!-- hidden -->\n<!--\nhidden\n-->', 'this'],
    ['keeps a comment that is shown as code', '/agent fix\n`<!-- x -->`', '`<!-- x -->`'],
    ['is as long as a comment', `/agent fix ${'x'.repeat(60_000)}`, 'x'.repeat(60_000)],
  ])('%s', (_name, body, text) => {
    expect(found(body)).toEqual(command('fix', text));
  });

  it('is the line alone where the command takes no words', () => {
    expect(found('/agent approve\nLooks good, thank you!')).toEqual(command('approve'));
  });
});

describe('what was probably meant is answered', () => {
  it.each([
    ['mid-line', 'please /agent fix', 'fix'],
    ['in a list', 'So:\n\n- /agent fix', 'fix'],
    ['in the line below a list', '- one\n/agent test', 'test'],
    ['in the line below a quote', '> as you said\n/agent fix', 'fix'],
    ['in a heading', '# /agent fix', 'fix'],
    ['in the line below a table', 'a | b\n-|-\nc | d\n/agent fix', 'fix'],
    ['in bold HTML', '<b>/agent fix</b>', 'fix'],
    ['by our name', '@gatehouse fix this', 'fix'],
    ['by a longer name of ours', '@gatehouse-acme[bot] status', 'status'],
    ['by a slash and our name', '/gatehouse fix', 'fix'],
    ['in bold', '**/agent fix**', 'fix'],
    ['in code that stands alone', '`/agent status`', 'status'],
    ['as one word', '/agentfix', 'fix'],
    ['as the label', 'agent:fix', 'fix'],
    ['with a slip', '/agnet fix', 'fix'],
    ['with another word', '/agents fix', 'fix'],
    ['escaped', '\\/agent fix', 'fix'],
    ['with another mark', '@agent fix this', 'fix'],
    ['without a mark', 'Agent fix', 'fix'],
    ['with a full-width slash', '／agent fix', 'fix'],
    ['with a Cyrillic letter', '/аgent fix', 'fix'],
    ['with a long s', '/agent ſtatus', 'status'],
    ['after an HTML comment in its line', '<!-- by mail --> /agent approve', 'approve'],
    ['in folded HTML', '<details><summary>So</summary>\n/agent fix\n</details>', 'fix'],
    ['after a line separator', 'x\u2028/agent fix', 'fix'],
    ['with a zero-width blank in a word', '/agent f\u200bix', 'fix'],
    ['with a zero-width blank between its words', '/agent\u200bfix', 'fix'],
    ['after a break of HTML', '<br>/agent fix', 'fix'],
    ['after breaks within a long line', 'a<br/>b c d e f g<br />/agent fix please', 'fix'],
    ['as a link', '[/agent fix](https://host.test/y)', 'fix'],
    ['as a link by a reference, in bold', '[**/agent fix**][1]', 'fix'],
    ['as a link of HTML', '<a href="https://host.test/">/agent fix</a>', 'fix'],
    ['after an image', '<img width="80" alt="a few words" src="x.png" /> /agent fix', 'fix'],
    ['after an image of Markdown', '![a few words](x.png) /agent fix', 'fix'],
    ['in the last cell of a table', '|a|b|\n|-|-|\n|one two three four|/agent fix|', 'fix'],
    ['in a table of HTML', '<table><tr><td>/agent fix</td></tr></table>', 'fix'],
    ['in an element of HTML', '<font color="red"><sub>/agent fix</sub></font>', 'fix'],
    ['late in a heading', '### Please do the following now: /agent fix', 'fix'],
    ['late in a sentence', 'Looks very good to me after the changes. /agent approve', 'approve'],
    ['after many mentions', '@mona, @hubot, @acme/team-a, @a, @b, @c: /agent fix', 'fix'],
    ['behind politeness', '@gatehouse please could you fix this', 'fix'],
    ['as a question by our name', 'hi @gatehouse, can you fix this?', 'fix'],
    ['in quotation marks', '“/agent fix”', 'fix'],
    ['in brackets', '(/agent fix)', 'fix'],
    ['in angle brackets', '</agent fix>', 'fix'],
    ['after an emoji', '👉 :point_right: /agent fix', 'fix'],
    ['with a blank behind the slash', '/ agent fix', 'fix'],
    ['with marks around our word', '**/agent** fix', 'fix'],
    ['with marks within our word', '/**agent** fix', 'fix'],
    ['with another mark behind our word', '/agent! fix', 'fix'],
    ['with blanks of HTML', '&nbsp;/agent&nbsp;fix', 'fix'],
    ['with a slash of HTML', '&#47;agent fix', 'fix'],
    ['with a slash of mathematics', '⁄agent fix', 'fix'],
    ['with several Cyrillic letters', '/аgеnt fix', 'fix'],
    ['as an address', 'Agent, fix this', 'fix'],
    ['behind politeness in a sentence', 'Now /agent please fix this', 'fix'],
    ['by our name and a slash alone', '/gatehouse', 'help'],
  ])('%s', (_name, body, meant) => {
    expect(found(body)).toEqual({ problem: { code: 'near_command', meant } });
  });

  it.each([
    ['talk of agents', 'The agent will fix this tomorrow.'],
    ['a path', 'see /agents/fix.md and /agenda'],
    ['another bot', '/retest'],
    ['a mention', '@agatha fix this'],
    ['a mention of ours', 'thanks @gatehouse for fixing it'],
    ['code in a table', '| command | |\n|-|-|\n| `/agent fix` | works |'],
    ['code within words', '`/agent fix` starts it'],
    ['code at the end of words', 'The docs say: `/agent fix`'],
    ['code of HTML in words', 'x <code>/agent fix</code> <kbd>/agent test</kbd>'],
    ['code of HTML over lines', 'x <code>\n/agent fix\n</code>'],
    ['a quote of HTML in words', 'he said <q>/agent fix</q>'],
    ['an attribute', '<span title="/agent fix">x</span>'],
    ['the address of a link', '[x](</agent fix>)'],
    ['the words of an image', '![/agent fix](https://host.test/y.png)'],
    ['an address', 'see https://host.test/agent fix and ../agent fix'],
    ['thanks', 'thanks @gatehouse for the review'],
    ['a title', 'Agent: test account is broken'],
    ['folders', 'The /agents and test folders moved to packages/.'],
    ['a file', 'Renamed ./agent to help with imports'],
    ['a cell of a table', '|a|b|\n|-|-|\n|agent status|x|'],
    ['a title in a list', '- Agent: review'],
    ['a thing', 'Agent, review of this is done by me.'],
    ['a quote', '> /agents fix'],
    ['code in HTML', '<p><code>\n/agents fix\n</code></p>'],
    ['an HTML comment after HTML', '<p>x</p>\n<!--\n/agents fix\n-->'],
    ['an HTML comment that never ends, after HTML', '<p>x</p>\n<!--\n/agents fix'],
  ])('but not %s', (_name, body) => {
    expect(found(body)).toBeNull();
  });
});

it.each([
  ['list marks', '-   '.repeat(8_000)],
  ['quote marks', '> '.repeat(10_000)],
  ['backticks', '` '.repeat(10_000)],
  ['growing runs of backticks', Array.from({ length: 350 }, (_, n) => '`'.repeat(n)).join(' ')],
  ['comment openers', '<!--'.repeat(8_000)],
  ['HTML tags', '<pre>'.repeat(6_000)],
  ['alternating emphasis', '*_'.repeat(10_000)],
  ['brackets', '[a]('.repeat(5_000)],
  ['closed brackets', '[]'.repeat(10_000)],
  ['underlines', 'a\n=\n'.repeat(5_000)],
  ['openers of CDATA', 'a<![CDATA['.repeat(4_000)],
  ['comments in words', 'a <!-- '.repeat(4_000)],
  ['fences', '```\n'.repeat(5_000)],
  ['nested lists', Array.from({ length: 150 }, (_, n) => `${' '.repeat(n)}- a`).join('\n')],
  ['tables', `a|b\n-|-\n${'|x\n'.repeat(4_000)}`],
  ['definitions', '[a]: b\n'.repeat(4_000)],
  ['1 MB of fences', '```\n'.repeat(250_000)],
  ['1 MB of quotes', '> '.repeat(500_000)],
  ['commands with ends', `${'x<b>'.repeat(4_000)}\n\n${'/agent fix\n</b>\n'.repeat(2_500)}`],
  ['ends', `x${'<b>'.repeat(6_000)}\n\n/agent fix\n${'</b>\n'.repeat(6_000)}`],
  ['blanks', `/agent ${' '.repeat(60_000)}x ${' '.repeat(5)}`],
])('looks through %s in bounded time', (_name, body) => {
  expect(threadTime(() => found(`/agents\n\n${body}\n${body.slice(0, 100)}`))).toBeLessThan(
    READ_MS,
  );
});

/** As long as GitHub lets a comment be. */
const longest = (begin: string, repeated: string, end: string): string =>
  begin +
  repeated.repeat(LONGEST_COMMENT).slice(0, LONGEST_COMMENT - begin.length - end.length) +
  end;

describe('a comment of the greatest length', () => {
  const CALL = '\n\n/agent fix it\n';
  /** The event loop serves everybody. */
  const LOOP_MS = 100;
  const SHORT_MS = 1_000;
  /** Several times what they take on a slow machine. Without a bound, some of them take minutes. */
  const QUICK_MS = 2_000;

  const growing = (levels: number): string =>
    Array.from({ length: levels }, (_, n) => `${' '.repeat(n * 2)}- a\n`).join('');
  const readingTime = (before: string, repeated: string): number =>
    threadTime(() => findCommands(longest(before, repeated, CALL), 'issue'));

  it('leaves the event loop free, however slow it is to read', async () => {
    const kinds = {
      'nested lists': longest('', `${'- '.repeat(31)}a\n`, CALL),
      'lists in quotes': longest('', `${'> - '.repeat(15)}a\n`, CALL),
      'list items': longest('', '- a\n', CALL),
      'growing lists': longest(
        '',
        Array.from({ length: 32 }, (_, n) => `${' '.repeat(n * 2)}- a\n`).join(''),
        CALL,
      ),
      emphasis: longest('', '**a_ ', CALL),
      brackets: longest('', '![a](', CALL),
      'blank lines': longest('', '\n', CALL),
      'near commands': longest('/agents fix\n\n', '- a b c @agent: xx\n', ''),
    };
    const before = process.threadCpuUsage();
    await Promise.all(Object.values(kinds).map(body => readCommands(body, 'issue', SHORT_MS)));
    const { user, system } = process.threadCpuUsage(before);
    expect((user + system) / 1000 / Object.keys(kinds).length).toBeLessThan(LOOP_MS);
  });

  it.each([
    ['lists in quotes', '', `${'> - '.repeat(16)}a\n`],
    ['few of them', '', `${'> - '.repeat(4)}a\n`],
    ['quotes in lists', '', `${'- > '.repeat(15)}a\n\n`],
    ['lists in lists', '', '- - a\nb\n'],
    ['numbered lists', '', `${'1. '.repeat(20)}|a|b|\n`],
    ['list items', '', '- a\n'],
    ['quotes', '', `${'>'.repeat(32)}\`\`\`\n`],
    ['tabs', '', '-\t- > <p>\n'],
    ['lazy lines', '- '.repeat(32), 'a\n'],
    ['blank lines', growing(100), '\n'],
    ['lines below deep lists', growing(100), `\n\n${' '.repeat(200)}b\n`],
    ['cells', 'a|b\n-|-\n', '`|'],
    ['rows', 'a|b\n-|-\n', 'a|b\n'],
    ['definitions', '', '[a]: b\n'],
    ['titles of definitions', '', '[a]: b "c\n'],
    ['short lines', '', 'a\n'],
    ['fences', '', '```a`\n'],
    ['HTML', '', '<x a=b\n'],
    ['backticks', '', '` '],
    ['marks of what is not read', '<!-- ', '***-->\r'],
    ['the same in one line', '', '[+ <?`'],
  ])('is read in little time, be it of %s', (_name, before, repeated) => {
    expect(readingTime(before, repeated)).toBeLessThan(QUICK_MS);
  });

  it('takes a bounded work that what people write does not come to', () => {
    const words = 'some words that go on for fifty to sixty characters\n';
    const items = `- ${words}  - ${words}  - ${words}    - ${words}`;
    const row = `|${'some words|'.repeat(6)}\n`;
    for (const text of [
      words,
      `> ${words}`,
      `> > ${words}`,
      `- ${words}`,
      items,
      `x${row}|-${row}`,
    ])
      expect(readMarkdown(longest('', text, CALL))).not.toBeNull();
    const table = longest(`${row}${'|-'.repeat(6)}|\n`, row, CALL);
    expect(readMarkdown(table)).not.toBeNull();
  });

  it('is answered where it called us and takes too much work', () => {
    const slow = `${'- > '.repeat(15)}a\n\n`;
    const unreadable = { problem: { code: 'unreadable' } };
    expect(findCommands(longest('/agent fix it\n\n', slow, ''), 'issue')).toEqual(unreadable);
    expect(findCommands(longest('an agent\n\n', slow, CALL), 'issue')).toEqual(unreadable);
    expect(findCommands(longest('an agent\n\n', slow, ''), 'issue')).toBeNull();
  });

  it('is answered where it takes too long on a machine that has no time', async () => {
    const [called, mentioned] = await Promise.all([
      readCommands(longest('/agent fix it\n\n', 'a b\n', ''), 'issue', 0),
      readCommands(longest('an agent\n\n', 'a b\n', ''), 'issue', 0),
    ]);
    expect(called).toEqual({ problem: { code: 'unreadable' } });
    expect(mentioned).toBeNull();
  });

  it('is read once where it holds no command', async () => {
    let threads = 0;
    const count = () => {
      threads += 1;
    };
    process.on('worker', count);
    const slow = longest('/agent fix it\n\n', '- > - a\n', '');
    const near = longest('/agents fix\n\n', 'some words\n', '');
    for (let poll = 0; poll < 3; poll += 1) {
      expect(await readCommands(slow, 'issue')).toEqual({ problem: { code: 'unreadable' } });
      expect(await readCommands(near, 'issue')).toMatchObject({ problem: { meant: 'fix' } });
    }
    process.off('worker', count);
    expect(threads).toBe(2);
  });

  it('is heard like any other one', async () => {
    const prose = longest('', 'Some words that go on for a line of eighty characters.\n', CALL);
    expect(await readCommands(prose, 'issue', HANGS_MS)).toEqual(command('fix', 'it'));
  });

  it('costs nothing where it is not for us', () => {
    const body = longest('', `${'- '.repeat(31)}a\n`, '');
    expect(threadTime(() => readCommands(body, 'issue'))).toBeLessThan(LOOP_MS);
  });
});
