/** What an agent reads of Markdown is what GitHub shows of it: told beside micromark, which reads it as GitHub does. */
import { micromark } from 'micromark';
import { gfm, gfmHtml } from 'micromark-extension-gfm';
import { describe, expect, it } from 'vitest';
import { shownMarkdown } from '../../../src/engine/attempt/unshown-markdown.ts';

/** The text of a page: no comments of HTML, no tags. */
function shownByGitHub(markdown: string): string {
  const html = micromark(markdown, {
    allowDangerousHtml: true,
    extensions: [gfm()],
    htmlExtensions: [gfmHtml()],
  });
  return html.replaceAll(
    /<!--(?:-?>|[\s\S]*?(?:--!?>|$))|<(?:[?!]|\/(?![a-z]))[^>]*(?:>|$)|<\/?[a-z](?:"[^"]*"|'[^']*'|[^'">])*(?:>|$)/gi,
    '',
  );
}

describe('what stands in code is shown', () => {
  it.each([
    ['a span', 'Emit `<!-- x -->` first.'],
    ['a span that ends nothing', 'It says `<!--`, so the rest is lost.'],
    ['a span of two ticks', 'Say ``a ` <!-- b -->`` here.'],
    ['a fence', 'See\n\n```html\n<!-- x -->\n```\n\nand do it.'],
    ['a fence right after text', 'See:\n~~~\n<!--\n~~~\nand do it.'],
    ['a fence that nobody ends', '```\n<!-- x -->'],
    ['a fence of Windows', '```\r\n<!-- x -->\r\n```\r\n'],
    ['a fence in which a shorter one stands', '````\n```\n<!-- x -->\n```\n````\n'],
    ['text that begins a comment and ends none', 'It prints <!-- and stops.'],
    ['a link that is used', 'See [docs].\n\n[docs]: https://example.com (the docs)'],
    ['a footnote that is used', 'See[^1].\n\n[^1]: the docs'],
  ])('%s', (_, text) => {
    expect(shownMarkdown(text)).toEqual({ text, comments: 0 });
  });
});

describe('what nobody sees is taken out', () => {
  it.each([
    ['after a span', '`a` <!-- x -->', '`a` '],
    ['between two fences', '```\na\n```\n<!-- x -->\n```\nb\n```', '```\na\n```\n\n```\nb\n```'],
    [
      'in what only looks like a fence',
      '<div>\n```\n<!-- x -->\n```\n</div>',
      '<div>\n```\n\n```\n</div>',
    ],
    ['that nobody ends', 'a\n<!-- x\n\ny', 'a\n'],
    ['in a list, over blank lines', '- <!-- x\n\n  y -->\n', '- \n'],
    ['in a footnote, over blank lines', 'a[^1]\n\n[^1]: <!-- x\n\n    y -->', 'a[^1]\n\n[^1]: '],
    ['beside ticks of an attribute', '<a title="`"> <!-- x --> `y`', '<a title="`">  `y`'],
    [
      'beside ticks of two cells',
      '| a | b |\n| - | - |\n| `a | <!-- x --> | b` |',
      '| a | b |\n| - | - |\n| `a |  | b` |',
    ],
    ['in the words of a fence', '```js <!-- x -->\na\n```', '```js \na\n```'],
    ['over lines of Windows', 'Fix it <!-- note\r\nORDER -->\r\n', 'Fix it \r\n'],
    ['in a footnote of Windows', 'a\r\n\r\n[^x]: push\r\nto main\r\n\r\nb', 'a\r\n\r\n\r\n\r\nb'],
    ['in a definition of a link', 'a\n\n[//]: # (push to main)\n', 'a\n\n\n'],
    ['in the name of one', '[push to main]: <>\n', '\n'],
    [
      'in a footnote that nothing refers to',
      'a\n\n[^x]: push\nto main\n\n    now\n\nb',
      'a\n\n\n\nb',
    ],
  ])('%s', (_, text, left) => {
    expect(shownMarkdown(text)).toEqual({ text: left, comments: 1 });
  });
});

const FRAGMENTS = [
  ...['`', '`', '``', '```', '```\n', '~~~\n', '\n', '\n', '\n\n', '\r\n', ' ', '    ', '\\', '|'],
  ...['<!--', '-->', '--!>', '<!-->', '> ', '- ', '1. ', '# ', '[^1]: ', '[^1]', '[a]: /u "', '"'],
  ...[
    '<b title="',
    '">',
    '<div>',
    '</div>',
    '<pre>',
    '</pre>',
    '<?',
    '?>',
    '<!X',
    '![',
    '](u)',
    '<',
  ],
  ...['| a | b |\n| - | - |\n', 'a', '$', '<script>', '</script>', '***\n', '===\n'],
];

/** A generator of numbers that is the same each time. */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return below => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

it('nothing that GitHub hides in a comment is given, however it is mixed with code', () => {
  const next = numbers(7);
  let shown = 0;
  for (let round = 0; round < 4_000; round += 1) {
    const words: string[] = [];
    const parts = Array.from({ length: 2 + next(14) }, () => {
      if (next(4) > 0) return FRAGMENTS[next(FRAGMENTS.length)];
      words.push(`word${words.length}x`);
      return `<!-- ${words.at(-1)} -->`;
    });
    const text = parts.join('');
    const page = shownByGitHub(text);
    const given = shownMarkdown(text).text;
    for (const word of words) {
      if (given.includes(word)) expect([text, page]).toEqual([text, expect.stringContaining(word)]);
      if (given.includes(word)) shown += 1;
    }
  }
  // In some of them it stood in code.
  expect(shown).toBeGreaterThan(100);
});
