/** The beginning of a text that is cut, without half a secret at its end. */
import { expect, it } from 'vitest';
import { firstPart } from '../../../src/core/text/first-part.ts';

it.each([
  ['what is short enough, whole', 'all of it', 9, 'all of it'],
  ['no word that would be cut', 'one two three', 9, 'one two '],
  ['a word that ends where it is cut', 'one two three', 7, 'one two'],
  ['no code that would be cut', 'key: %6d%6f%64%65', 10, 'key: '],
  ['no value that would be cut, of JSON', '{"key":"aGVsbG8gd29ybGQ="}', 14, '{"key":"'],
  ['nothing of a text that is one word', 'abcdefghij', 5, ''],
])('has %s', (_, text, most, kept) => {
  expect(firstPart(text, most)).toBe(kept);
});

it('cuts a word that is longer than any secret all the same', () => {
  expect(firstPart('x'.repeat(20_000), 10_000)).toHaveLength(10_000 - 4_096);
});
