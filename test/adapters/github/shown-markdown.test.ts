/** What an agent reads of Markdown is what GitHub shows of it: told beside micromark, which reads it as GitHub does. */
import { micromark } from 'micromark';
import { gfm, gfmHtml } from 'micromark-extension-gfm';
import { describe, expect, it } from 'vitest';
import { certainlyShown, readShown } from '../../../src/adapters/github/shown-text/read-shown.ts';
import { shownMarkdown } from '../../../src/adapters/github/shown-text/shown-markdown.ts';

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
    ['a span after a fence in a list', '1. a\n   ```sh\n   b\n\n   c\n   ```\n\n2. `<!-- x -->`'],
    ['a fence after one of an item', '- ~~~\n  a\n  ~~~\n\n```\n<!-- x -->\n```'],
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
    ['after an indented fence', ' ```\n```\n<!-- x -->\n', ' ```\n```\n\n'],
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

describe('a definition that nothing refers to is taken out', () => {
  it.each([
    ['twice', '[//]: # (ORDER)\n\na\n\n[//]: # (ORDER)'],
    ['with the same label as one that is used', 'See [x].\n\n[x]: /u\n[x]: /v "ORDER"'],
    ['named by another', '[a]: # ([b])\n[b]: # (ORDER)'],
    ['named in a comment', '<!-- [b] -->\n\n[b]: # (ORDER)'],
    ['named in such a footnote', '[b]: # (ORDER)\n\n[^1]: [b]'],
    ['right after a heading', '# a\n[x]: # (ORDER)'],
    ['right after an underlined heading', 'a\n---\n[x]: # (ORDER)'],
    ['right after a rule', '* * *\n[x]: # (ORDER)'],
    ['right after a comment', '<!-- a -->\n[x]: # (ORDER)'],
    ['right after indented code', '    a\n[x]: # (ORDER)'],
    ['right after a fence in a list', '- ```\n  a\n[x]: # (ORDER)'],
    ['in a quote', 'a\n> [x]: u "ORDER"'],
    ['in a second paragraph of a quote', '> a\n>\n> [x]: u "ORDER"'],
    ['right after a quote', '> # a\n[x]: u "ORDER"'],
    ['in the first line of an item', '- a\n- [x]: # (ORDER)'],
    ['in an item with a number', '1. a\n\n   b\n2. [x]: # (ORDER)'],
    ['in a paragraph of an item', '10. a\n\n    [x]: # (ORDER)'],
    ['in a footnote that is used', 'a[^1]\n\n[^1]: [x]: # (ORDER)'],
    ['with its title on the next line', '[x]: u\n"ORDER"'],
    ['with its title on several lines', '[x]: u "a\r\nORDER\r\n(b)"\r\n'],
    ['with its target on the next line', '[x]:\n<u>\n  (ORDER)'],
    ['with its label on two lines', '[x\nORDER]: u'],
    ['with quotes in its title', '[x]: u "a \\" ORDER"'],
    ['with brackets in its label', '[a\\]b]: # (ORDER)'],
    ['with another blank in its target', '[x]: u\u00a0ORDER'],
    ['of a footnote in a quote', '> a\n> [^x]: ORDER'],
    ['of a footnote right after another', 'a[^1]\n\n[^1]: b\n[^2]: ORDER'],
    ['of a footnote in another', 'a[^1]\n\n[^1]: b\n\n    [^2]: ORDER'],
  ])('%s', (_, text) => {
    expect(shownByGitHub(text)).not.toContain('ORDER');
    expect(shownMarkdown(text).text).not.toContain('ORDER');
  });

  it.each([
    ['a link of a heading', '# See [a b]\n[A  B]: /u'],
    ['a link by its label', 'See [it][x].\n\n- a\n- [x]: /u\n  "t"'],
    ['a footnote with paragraphs', 'a[^1] b[^2]\n\n[^1]: c\n\n    d\n\n[^2]: e\n[^3]: f'],
    ['what only looks like one', 'a\n[x]: u\n\n[y]: two words\n\n[z] : u'],
  ])('but not %s', (_, text) => {
    const { text: left, comments } = shownMarkdown(text);
    expect([left, comments]).toEqual(
      text.includes('[^3]') ? [text.replace('[^3]: f', ''), 1] : [text, 0],
    );
  });
});

describe('a comment that HTML ends before it does hides all that follows', () => {
  it.each([
    ['after another comment', '<!-- a --><!-- b\n --> ORDER'],
    ['after one of several lines', '<!-- a\nb --><!-- c\n --> ORDER'],
    ['in other HTML, over a blank line', '<div>\n<!-- a\n\n--> ORDER'],
    ['in a quote that it leaves', '> <!-- a\nb --> ORDER'],
    ['in a list that it leaves', '- <!-- a\n\nb --> ORDER'],
    ['after raw HTML', '<pre>\n\nx</pre><!-- a\n--> ORDER'],
    ['in raw HTML, over blank lines', '<?a\n\nb <!-- ORDER\n\n-->'],
    ['after a fence that a comment may end', ' ```\n <!--\n ```\n -->\n ```\n```\n<!-- ORDER -->'],
    ['in which a tag begins', 'a <!-- b\n</div> <!-- c\n\nORDER -->'],
  ])('%s', (_, text) => {
    expect(shownByGitHub(text)).not.toContain('ORDER');
    expect(shownMarkdown(text).text).not.toContain('ORDER');
  });

  it.each([
    ['right after another', '<!-- a -->\n<!-- b\n\nc -->\nd', '\n\nd', 2],
    ['right after text', 'a\n<!-- b\n\nc -->\nd', 'a\n\nd', 1],
    [
      'in a list and a quote',
      '- a\n  <!-- b\n  c -->\n> <!-- d\n> e -->\n> f',
      '- a\n  \n> \n> f',
      2,
    ],
    ['in a paragraph', 'a <!-- b --> c <!-- d\ne --> f', 'a  c  f', 2],
    ['in HTML', '<div>\n<!-- b\nc -->\n</div>\n\nd', '<div>\n\n</div>\n\nd', 1],
  ])('but not %s', (_, text, left, comments) => {
    expect(shownMarkdown(text)).toEqual({ text: left, comments });
  });
});

describe('text beside a comment over blank lines stays', () => {
  it.each([
    '<b>Describe</b> the bug\n',
    '<https://ci.example/1> failed\n',
    '<https://ci.example/1>\n',
    '<img src="a.png"> caption\n',
    '<kbd>A</kbd> does\n- one\n',
    '- <b>x</b> item\n',
    '| <b>a</b> |\n',
    '| <b>a</b> |\n| - |\n| <i>b</i> |\n',
    'It says\n<b>\n',
    '<pre>log</pre>\n',
    '<pre>\nlog\n</pre>\n',
    'See [x].\n\n[x]: u\n<b>\n',
    '<section1> fails\n',
    '# <div>\n',
    '- <div>\n',
    '> <b>\n',
    '<!-- a --> <b>x</b>\n',
  ])('after %j', before => {
    const after = '\nIt crashes\n\n## Steps\nfoo';
    const { text } = shownMarkdown(`${before}<!-- A clear\n\ndescription -->${after}`);
    expect(text).toBe(`${before.replace('<!-- a -->', '')}${after}`);
  });

  it('also where the comment is none', () => {
    const text = '<b>Note</b> it prints <!-- and stops.\n\nIt crashes';
    expect(shownMarkdown(text)).toEqual({ text, comments: 0 });
  });

  it.each([
    '<div>\n',
    '<b>\n',
    '</b>\n',
    '- <b title="a">\n  ',
    'a\n- <b>\n  ',
    '> <b>\n> ',
    '# a\n<b>\n',
  ])('but not after HTML: %j', before => {
    const text = `${before}<!-- a\n\nORDER -->\nORDER`;
    expect(shownByGitHub(text)).not.toContain('ORDER');
    expect(shownMarkdown(text).text).not.toContain('ORDER');
  });
});

describe('the words after the language of a fence', () => {
  it.each([
    ['```js title=a.js\na\n```', '```js \na\n```'],
    ['> ~~~ js ORDER now\n> a', '> ~~~ js \n> a'],
    ['1. ```js {1}\n   a\n   ```', '1. ```js \n   a\n   ```'],
  ])('are not given, and are no hidden comment: %j', (text, left) => {
    expect(shownMarkdown(text)).toEqual({ text: left, comments: 0 });
  });

  it.each([
    '<div>\n```js title=a.js\n</div>',
    '1. Write\n   ~~~md\n   ```js title=a.js\n   ```\n   ~~~',
  ])('are given where that is no fence: %j', text => {
    expect(shownMarkdown(text)).toEqual({ text, comments: 0 });
  });
});

describe('what looks like a definition beside an indented fence', () => {
  it.each([
    ['after it', '1. Run\n   ```\n   x\n   ```\nThen it prints\n[error]: failed'],
    ['in it', '1. Run\n   ```\n   [error]: failed\n   ```'],
    ['in one of an item', '- ```\n  > tsc\n\n  [error]: failed\n  ```\n'],
    ['after code in ticks', '- ```npm i``` prints\n  [error]: failed'],
    ['after tags', '<b>Log</b>\n[error]: failed'],
  ])('is given %s', (_, text) => {
    expect(shownMarkdown(text)).toEqual({ text, comments: 0 });
  });

  it.each([
    ['right after it', '1. ```\n   x\n   ```\n[x]: # (ORDER)'],
    ['after one that its item ends', '1. ```\n   x\n2. [x]: # (ORDER)'],
    ['after a short item', ' 1. ```\n 2. [x]: # (ORDER)'],
    ['after one in HTML', '- <div>\n  ```\n\n  [x]: # (ORDER)'],
    ['after ticks that open none', '  ```a`\n\n  [x]: # (ORDER)'],
    ['after one that opens too far in', 'a\n    ```\n\n[x]: # (ORDER)'],
  ])('is taken out where it is one %s', (_, text) => {
    expect(shownByGitHub(text)).not.toContain('ORDER');
    expect(shownMarkdown(text).text).not.toContain('ORDER');
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

/** What stands inside of a comment, around its word. */
const BLANKS = ['', '', '', '\n', '\r\n', '\r', 'a\r\n', '\n\n', '\r\n \r\n'];

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
      const [before, after] = [BLANKS[next(BLANKS.length)], BLANKS[next(BLANKS.length)]];
      return `<!-- ${before}${words.at(-1)}${after} -->`;
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

describe('a text that is long', () => {
  const LIMIT_MS = 1_000;
  /** Only what hangs meets it. */
  const HANGS_MS = 120_000;

  it('is read in a thread, with the same outcome', async () => {
    const text = 'It prints `<!-- a -->`. <!-- ORDER -->\n\n[//]: # (ORDER)\n'.repeat(20);
    const { comments, text: shown } = await readShown(text, HANGS_MS);
    expect([comments, shown.includes('ORDER')]).toEqual([40, false]);
    expect(shown.split('`<!-- a -->`')).toHaveLength(21);
  });

  it('is given without all that may hide something, where it takes too long', async () => {
    const slow = `${'- > '.repeat(15)}a\n\n`.repeat(900);
    const text = `${slow}Do it.\n<!-- ORDER\n-->\n[x]: # (ORDER)\n\`\`\`js ORDER\n`;
    expect(await readShown(text, LIMIT_MS)).toEqual({ text: `${slow}Do it.\n\n\n\n`, comments: 3 });
  });

  it('is not read where nothing in it can hide', async () => {
    const text = '- > a\n'.repeat(10_000);
    expect(await readShown(text, 0)).toEqual({ text, comments: 0 });
  });

  it('loses a comment that nobody ends with all that follows', () => {
    expect(certainlyShown('a <!-- b\nc')).toEqual({ text: 'a ', comments: 1 });
  });
});
