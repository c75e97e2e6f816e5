import { describe, expect, it } from 'vitest';
import { cleaned } from '../../../src/adapters/github/surfaces/cleaned.ts';
import {
  clip,
  inert,
  inertBlock,
  inertCode,
  inertPlain,
  outputBlock,
} from '../../../src/adapters/github/surfaces/inert.ts';
import { threadTime } from '../../thread-time.ts';

describe('text from outside', () => {
  it.each([
    [
      'mentions',
      'hi @bob and @acme/team',
      'hi `@bob` and `@acme/team`',
      'hi @ bob and @ acme/team',
    ],
    ['an address of mail', '(bob@acme.example)', '(`bob@acme.example`)', '(bob@ acme.example)'],
    [
      'closing words',
      'fixes #1, closes GH-2',
      'fixes `#1`, closes `GH-2`',
      'fixes # 1, closes GH- 2',
    ],
    ['references elsewhere', 'resolves o/r#12', 'resolves `o/r#12`', 'resolves o/r# 12'],
    [
      'addresses',
      'see https://evil.example/x',
      'see `https://evil.example/x`',
      'see https: //evil.example/x',
    ],
    ['bare hosts', 'www.evil.example', '`www.evil.example`', 'www .evil.example'],
    ['images', '![x](http://e.e/p.png)', '!\\[`x](http://e.e/p.png`)', '![x](http: //e.e/p.png)'],
    ['HTML', '<img src=x onerror=y>', '&lt;img src=x onerror=y>', '<img src=x onerror=y>'],
    ['entities', '&#64;bob', '`&#64;bob`', '&# 64;bob'],
    ['named entities', '&commat;bob', '&amp;commat;bob', '&commat;bob'],
    [
      'HTML comments',
      'a <!-- gatehouse:task=1 -->',
      'a &lt;! -- gatehouse:task=1 -->',
      'a <! -- gatehouse:task=1 -->',
    ],
    ['emphasis', '*a* _b_ ~d~', '\\*a\\* \\_b\\_ \\~d\\~', '*a* _b_ ~d~'],
    ['code', '`npm ci` and `', '`npm ci` and \\`', '`npm ci` and `'],
    [
      'what only looks like Markdown',
      'format() a_b c|d {e}',
      'format() a_b c|d {e}',
      'format() a_b c|d {e}',
    ],
    ['headings', '# big', '\\# big', 'big'],
    ['lists', '- a', '\\- a', '- a'],
    ['numbers', '1. a', '1\\. a', '1. a'],
    ['quotes', '> a', '\\> a', '> a'],
    ['lines', 'a\n\n# b\r\nc\u2028d', 'a # b c d', 'a # b c d'],
    ['colours', '\u001b[31mred\u001b[0m\u0007', 'red', 'red'],
    ['bidi', 'a\u202eb\u2066c', 'abc', 'abc'],
    ['zero width', 'a\u200bb\u2060c\ufeffd\u00ade', 'abcde', 'abcde'],
    ['Unicode tags', `a${String.fromCodePoint(0xe0069, 0xe006e)}b`, 'ab', 'ab'],
    ['CI switches', 'x [skip ci] [ci-skip] [No CI] ***NO_CI***', 'x', 'x'],
    ['hidden CI switches', 'x [skip [skip ci]ci] [sk\u200bip ci]', 'x', 'x'],
    [
      'our markers that taking something out would join',
      '<!-[skip ci]- gatehouse:task=1 --> <!-***NO_CI***- /gatehouse:task=1 -->',
      '&lt;! -- gatehouse:task=1 --> &lt;! -- /gatehouse:task=1 -->',
      '<! -- gatehouse:task=1 --> <! -- /gatehouse:task=1 -->',
    ],
    ['nothing', ' \u200b ', '(empty)', '(empty)'],
  ])('is harmless: %s', (_name, text, markdown, plain) => {
    expect(inert(text)).toBe(markdown);
    expect(inertPlain(text)).toBe(plain);
  });

  it('signs nothing', () => {
    const text =
      'Done.\n\nCo-authored-by: E <e@e.e>\n  Signed-off-by: E <e@e.e>\nskip-checks: true\nGatehouse-Task: 1';
    expect(cleaned(text).trim()).toBe('Done.');
  });

  it('keeps no secret', () => {
    const token = `ghs_${'a'.repeat(36)}`;
    for (const form of [inert, inertPlain, inertBlock, inertCode])
      expect(form(`token ${token} and sk-${'1a'.repeat(15)}`)).not.toMatch(/ghs_|sk-1a/);
  });

  it('is cut at whole characters, and says so', () => {
    expect(inertPlain('😀'.repeat(400), 10)).toBe(`${'😀'.repeat(9)}…`);
    expect(inert('a'.repeat(70_000)).length).toBeLessThanOrEqual(300);
    const cut = clip('é'.repeat(1000), 101);
    expect(Buffer.byteLength(cut)).toBeLessThanOrEqual(101);
    expect(cut).toMatch(/^é+ … \(1899 bytes are left out\)$/);
  });

  it('in a block can not close its fence', () => {
    expect(inertBlock('```\n</details> @bob\n````')).toBe(
      '`````text\n```\n</details> @bob\n````\n`````',
    );
  });

  it('as output is shown as it was printed, its end first, and can not close its fence', () => {
    const most = { lines: 3, bytes: 1_000 };
    expect(outputBlock('Fixed-by: me\n  [skip ci] `x`\n\u001b[31mred\u001b[0m\n\n', most)).toBe(
      '```text\nFixed-by: me\n  [skip ci] `x`\nred\n```',
    );
    expect(outputBlock('a\nb\n`````\n</details>\n<!-- gatehouse:task=1 -->', most)).toBe(
      '``````text\n… (2 lines before)\n`````\n</details>\n<! -- gatehouse:task=1 -->\n``````',
    );
    expect(outputBlock('ghp_'.padEnd(44, 'a'), most)).toBe(
      '```text\n[redacted: GitHub token]\n```',
    );
    expect(outputBlock(`first\n${'é'.repeat(600)}`, most)).toBe('```text\n… (2 lines before)\n```');
    expect(outputBlock('`'.repeat(200_000), { lines: 20, bytes: 300_000 }).length).toBeLessThan(
      900_000,
    );
  });

  it('as code stays code', () => {
    expect(inertCode('a`b` | c')).toBe("`a'b' | c`");
  });

  it.each([
    ['nested CI switches', `${'[skip '.repeat(3000)}${'ci]'.repeat(3000)}`],
    ['brackets', '['.repeat(200_000)],
    ['blanks', `[${' '.repeat(200_000)}`],
    ['terminal strings without end', '\u001b]8;;'.repeat(100_000)],
    ['dashes', `${'a-'.repeat(100_000)}`],
    ['addresses', 'https://a:'.repeat(20_000)],
  ])('is gone through quickly: %s', (_name, text) => {
    const neutralize = () => [
      inert(text),
      inertBlock(text),
      outputBlock(text, { lines: 120, bytes: 12_000 }),
    ];
    expect(threadTime(neutralize)).toBeLessThan(1_500);
  });
});
