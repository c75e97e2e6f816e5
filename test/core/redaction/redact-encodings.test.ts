/** Each kind of secret, in each way to write it, is taken out. */
import { expect, test } from 'vitest';
import { redact } from '../../../src/core/redaction/redact.ts';
import { ENCODINGS } from '../../prove/secrets/encodings.ts';
import { finder } from '../../prove/secrets/found.ts';
import { secretKinds } from '../../prove/secrets/kinds.ts';

const kinds = secretKinds();
const ours = kinds.flatMap(({ variable, value }) => (variable ? [value] : []));

test.each(Object.entries(ENCODINGS))('%s', (_name, encode) => {
  for (const { name, value } of kinds) {
    const written = encode(value);
    const text = `before ${written} after`;
    expect([name, finder(text)(written)]).toEqual([name, true]);
    const clean = redact(text, ours);
    expect([name, finder(clean)(written), clean]).toEqual([name, false, clean]);
    expect([name, clean]).toEqual([name, expect.stringMatching(/^before [\s\S]* after$/)]);
    const json = redact(JSON.stringify({ text, more: ['kept'] }), ours);
    expect([name, finder(json)(written)]).toEqual([name, false]);
    expect(JSON.parse(json)).toEqual({ text: expect.any(String), more: ['kept'] });
  }
});

const cutBy = (mark: string) => (token: string) => `${token.slice(0, 10)}${mark}${token.slice(10)}`;
const inCodes = (code: (character: number) => string) => (token: string) =>
  [...Buffer.from(token)].map(code).join('');
const SHOWN_ALIKE: Record<string, (token: string) => string> = {
  'an escape of Markdown': token => token.replace('_', '\\_'),
  'an escape of Markdown in JSON': token => token.replace('_', '\\\\_'),
  'a tag': cutBy('<wbr>'),
  'a pair of tags': cutBy('<b class=x></b>'),
  'a comment': cutBy('<!-- -->'),
  'an empty link': cutBy('[](x)'),
  emphasis: cutBy('**'),
  'a named reference': cutBy('&ZeroWidthSpace;'),
  'a hyphen that is not shown': cutBy('&shy;'),
  'percent of percent': inCodes(code => `%25${code.toString(16)}`),
  'full width': token =>
    token.replace(/[!-~]/g, each => String.fromCodePoint(each.charCodeAt(0) + 0xfee0)),
  'bold letters': token =>
    token.replace(/[a-z]/g, each => String.fromCodePoint(0x1d41a + each.charCodeAt(0) - 97)),
  'hexadecimal escapes': inCodes(code => `\\x${code.toString(16)}`),
  'octal escapes': inCodes(code => `\\${code.toString(8).padStart(3, '0')}`),
  'code points': inCodes(code => `\\u{${code.toString(16)}}`),
};

test.each(Object.entries(SHOWN_ALIKE))('a token that is cut or written by %s', (_name, write) => {
  const token = `ghp_${'aB3dE5fG7hI9jK1lM3nO5pQ7rS9tU1vW3xY5'}`;
  expect(redact(`a ${write(token)} b`)).toBe('a [redacted: GitHub token] b');
  const json = redact(JSON.stringify({ text: `a ${write(token)} b` }));
  expect(JSON.parse(json)).toEqual({ text: 'a [redacted: GitHub token] b' });
});

test('what stands beside a token stays, whatever marks are between', () => {
  const token = `ghp_${'aB3dE5fG7hI9jK1lM3nO5pQ7rS9tU1vW3xY5'}`;
  expect(redact(`<td>${token}</td><td>name</td> **${token}**text`)).toBe(
    '<td>[redacted: GitHub token]</td><td>name</td> **[redacted: GitHub token]**text',
  );
});

test('what is not encoded is left as it is', () => {
  const text = `sha512-${'q83v'.repeat(20)}== 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b src/core/decoded-text 100%25 &#39;`;
  expect(redact(text, ours)).toBe(text);
});
