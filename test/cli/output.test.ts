import { expect, it } from 'vitest';
import { print, table } from '../../src/cli/output.ts';
import { plain } from '../../src/core/text/plain-text.ts';

it('text from outside steers no terminal, hides nothing and stays on its line', () => {
  expect(plain('\u001b[2J\u001b]0;gone\u0007 red\u009b31m')).toBe('[2J ]0;gone  red 31m');
  expect(plain('a\r\nb\u2028c')).toBe('a b c');
  expect(plain('ap\u202eproved \u200bby\u{e0041}')).toBe('ap proved  by');
  expect(plain('Grüße, 世界 👀')).toBe('Grüße, 世界 👀');
});

it('long text is cut between characters', () => {
  expect(plain('👀'.repeat(10), 4)).toBe('👀👀👀…');
});

it('columns stand below each other', () => {
  expect(
    table([
      ['A', 'B'],
      ['long', ''],
      ['x', 'y'],
    ]),
  ).toEqual(['A     B', 'long', 'x     y']);
  // A call takes fewer arguments than there may be rows.
  expect(table(Array(150_000).fill(['x', 'y'])).at(-1)).toBe('x  y');
});

it('no line steers a terminal, whoever wrote what is in it; lines and tabs stay', () => {
  let printed = '';
  const out = (text: string) => {
    printed += text;
  };
  print({ out, err: out, exit: () => {} }, false, {}, ['a\u001b[2J\u009b31m\u202eb', 'c\n\td 👀']);
  expect(printed).toBe('a [2J 31m b\nc\n\td 👀\n');
});

it('JSON is the same to a parser, and steers no terminal', () => {
  const value = { title: 'a\u009b31m\u202e\u{e0041}é👀', list: ['b\u001b'] };
  let printed = '';
  const out = (text: string) => {
    printed += text;
  };
  print({ out, err: out, exit: () => {} }, true, value, []);
  expect(JSON.parse(printed)).toEqual(value);
  expect(printed).toContain('a\\u009b31m\\u202e\\udb40\\udc41é👀');
});
