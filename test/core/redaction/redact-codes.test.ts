/** Secrets that are written as lists of bytes, in codes of codes, or over lines that begin with a mark. */
import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { redact } from '../../../src/core/redaction/redact.ts';

const TOKEN = `ghp_${'aB3dE5fG7hI9jK1lM3nO5pQ7rS9tU1vW3xY5'}`;
const OURS = 'a "key" of/+ours 12';
const SECRETS = [TOKEN, OURS];

type Write = (secret: string) => string;
const bytesOf = (text: string): number[] => [...Buffer.from(text)];
const hex = (between: string, before = ''): Write => {
  const digits = (byte: number) => before + byte.toString(16).padStart(2, '0');
  return text => bytesOf(text).map(digits).join(between);
};
const numbers = (between: string, base = 10, width = 0): Write => {
  const digits = (byte: number) => byte.toString(base).padStart(width);
  return text => bytesOf(text).map(digits).join(between);
};
const base64: Write = text => Buffer.from(text).toString('base64');
const base64url: Write = text => Buffer.from(text).toString('base64url');
const hexadecimal: Write = text => Buffer.from(text).toString('hex');
const folded = (mark: (line: number) => string, width = 10, close = ''): Write => {
  const lines = new RegExp(`.{1,${width}}`, 'g');
  return text =>
    (text.match(lines) ?? []).map((line, at) => `${mark(at + 1)}${line}${close}`).join('\n');
};
const dump = (line: (offset: number, part: Buffer, shown: string) => string): Write => {
  return text => {
    const bytes = Buffer.from(`x=${text}\n`);
    const parts = Array.from({ length: Math.ceil(bytes.length / 16) }, (_, at) => {
      const part = bytes.subarray(at * 16, at * 16 + 16);
      return line(at * 16, part, part.toString('latin1').replace(/[^ -~]/g, '.'));
    });
    return parts.join('\n');
  };
};
const pairs = (part: Buffer): string => part.toString('hex').replace(/../g, '$& ');

const LISTS: Record<string, Write> = {
  colons: hex(':'),
  blanks: hex(' '),
  hyphens: hex('-'),
  tabs: hex('\t'),
  'capital letters': text => hex(' ')(text).toUpperCase(),
  'numbers of C': hex(', ', '0x'),
  'numbers of C over lines': text => folded(() => '  ', 36)(hex(', ', '0x')(text)),
  'pairs in lines of their own': hex('\n'),
  'pairs below a mark': text => folded(() => '> ', 30)(hex(' ')(text)),
  'strings of digits': text => JSON.stringify(bytesOf(text).map(byte => byte.toString(16))),
  'strings of Python': text => `['${hex("', '", '0x')(text)}']`,
  'a buffer in JSON': text => JSON.stringify(Buffer.from(text)),
  'a buffer in JSON over lines': text => JSON.stringify(Buffer.from(text), null, 2),
  'an array of bytes in JSON': text => JSON.stringify(new Uint8Array(Buffer.from(text))),
  'the same over lines': text => JSON.stringify(new Uint8Array(Buffer.from(text)), null, 2),
  'an array of bytes in JSON in JSON': text =>
    JSON.stringify(JSON.stringify(new Uint8Array(Buffer.from(text)))),
  'a buffer in JSON in JSON': text => JSON.stringify(JSON.stringify(Buffer.from(text))),
  'numbers of characters': numbers(', '),
  'numbers with blanks': numbers(' '),
  'numbers in lines': numbers('\n'),
  'strings of numbers': text => JSON.stringify(bytesOf(text).map(String)),
  'octal numbers': numbers(' ', 8, 3),
  'decimal numbers over lines': text => folded(() => ' ', 60)(numbers(' ', 10, 3)(text)),
  'a dump of xxd': dump(
    (at, part, shown) =>
      `${at.toString(16).padStart(8, '0')}: ${part.toString('hex').replace(/.{4}/g, '$& ').padEnd(40)}  ${shown}`,
  ),
  'a dump of hexdump': dump(
    (at, part, shown) =>
      `${at.toString(16).padStart(8, '0')}  ${pairs(part)
        .replace(/^.{24}/, '$& ')
        .padEnd(49)} |${shown}|`,
  ),
  'a dump of od': dump((at, part) => `${at.toString(8).padStart(7, '0')} ${pairs(part).trim()}`),
};
const CODES: Record<string, Write> = {
  'base64 twice': text => base64(base64(text)),
  'base64 three times': text => base64(base64(base64(text))),
  'base64url twice': text => base64url(base64url(text)),
  'base64 of hexadecimal digits': text => base64(hexadecimal(text)),
  'hexadecimal digits of base64': text => hexadecimal(base64(text)),
  'hexadecimal digits twice': text => hexadecimal(hexadecimal(text)),
  'a list of base64': text => numbers(',')(base64(text)),
  'base64 below a mark': text => folded(() => '> ', 20)(base64(text)),
};
const MARKED: Record<string, Write> = {
  'a quotation': folded(() => '> '),
  'a quotation of a quotation': folded(() => '> > '),
  'a comment of a shell': folded(() => '# '),
  'a comment of C': folded(() => '// '),
  'a comment of a block': folded(() => ' * '),
  'a comment of SQL': folded(() => '-- '),
  'a comment of Lisp': folded(() => ';; '),
  'an added comment': folded(() => '+# '),
  'a pipe': folded(() => '| '),
  'a box': folded(() => '│ ', 12, ' │'),
  'numbered lines': folded(line => `${line}: `),
  'numbered lines without a blank': folded(line => `${line}:`),
  'numbers and a tab': folded(line => `${String(line).padStart(6)}\t`),
  'numbers and an arrow': folded(line => `${String(line).padStart(6)}→`),
  'short lines': folded(() => '> ', 5),
  'a blank at the end': folded(() => '> ', 10, ' '),
};

describe.each([
  ['a list', LISTS],
  ['codes', CODES],
  ['marked lines', MARKED],
])('a secret in %s', (_kind, ways) => {
  test.each(Object.entries(ways))('%s', (_name, write) => {
    for (const secret of SECRETS) {
      const written = write(secret);
      const text = `before\n${written}\nafter`;
      const half = Math.floor(written.length / 2);
      const clean = redact(text, [OURS]);
      for (const part of [written.slice(0, half), written.slice(-half)])
        expect(clean).not.toContain(part);
      expect(clean).toMatch(/^before\n[\s\S]*\nafter$/);
      const json = redact(JSON.stringify({ text, more: ['kept'] }), [OURS]);
      expect(JSON.parse(json)).toEqual({ text: expect.any(String), more: ['kept'] });
      expect(JSON.parse(json).text).not.toContain(written.slice(0, half));
    }
  });
});

test('a list of numbers in JSON becomes one of zeros', () => {
  const json = redact(
    JSON.stringify({ b: Buffer.from('a.') }).replace('97', bytesOf(TOKEN).join()),
  );
  expect(JSON.parse(json)).toEqual({
    b: { type: 'Buffer', data: [...bytesOf(TOKEN).map(() => 0), 46] },
  });
  const named = redact(JSON.stringify(new Uint8Array(Buffer.from(`=${TOKEN}.`)), null, 1));
  expect(Object.values(JSON.parse(named))).toEqual([61, ...bytesOf(TOKEN).map(() => 0), 46]);
  const strings = redact(JSON.stringify(bytesOf(TOKEN).map(byte => byte.toString(16))));
  expect(JSON.parse(strings)).toEqual(['[redacted: GitHub token]']);
  // Names are no part of a list, and JSON is read after it.
  for (const colon of [':', ' : ', ': ']) {
    const names = bytesOf(TOKEN).map((byte, at) => `"${at + 10}"${colon}"${byte.toString(16)}"`);
    const values = Object.values(JSON.parse(redact(`{${names.join()}}`)));
    expect(values.join('')).not.toContain('67687');
    expect(values).toEqual(['[redacted: GitHub token]']);
  }
});

test.each<[string, Write]>([
  ['a quotation', folded(() => '> ', 200)],
  ['a comment', folded(() => '# ', 200)],
  ['a list', folded(() => '* ', 200)],
])('what stands on the line after a token stays: %s', (_name, mark) => {
  for (const next of ['next words', 'NEXT_1=x', 'name2: x', '0x67 and more'])
    expect(redact(`${mark(`KEY=${TOKEN}`)}\n${mark(next)}`)).toBe(
      `${mark('KEY=[redacted: GitHub token]')}\n${mark(next)}`,
    );
});

const DIGEST = createHash('sha256').update('x').digest();
/** The same each time, so that a failure can be looked at. */
const noise = Buffer.concat(
  Array.from({ length: 300 }, (_, at) => createHash('sha256').update(`${at}`).digest()),
);

test.each<[string, string]>([
  ['a digest', DIGEST.toString('hex')],
  [
    'a digest with colons',
    `SHA256 Fingerprint=${hex(':')(DIGEST.toString('latin1')).toUpperCase()}`,
  ],
  ['a digest in base64', `sha256-${DIGEST.toString('base64')}`],
  ['digests in numbered lines', folded(line => `${line}: `, 64)(noise.toString('hex'))],
  ['digests below a mark', folded(() => '> ', 64)(noise.toString('hex'))],
  [
    'a dump',
    dump((at, part) => `${at.toString(16).padStart(8, '0')}: ${pairs(part)}`)(
      noise.toString('base64'),
    ),
  ],
  ['bytes', JSON.stringify(noise)],
  [
    'numbers of all sizes',
    JSON.stringify(Array.from({ length: 3_000 }, (_, at) => (at * 7_919) % 1_000)),
  ],
  ['an image', `<img src="data:image/png;base64,${noise.toString('base64')}">`],
  [
    'an image in an image',
    base64(`<image href="data:image/png;base64,${noise.toString('base64')}"/>`),
  ],
  ['folded base64', noise.toString('base64').replace(/.{76}/g, '$&\n')],
  ['addresses', 'fe80::1ff:fe23:4567:890a 00:1b:44:11:3a:b7 550e8400-e29b-41d4-a716-446655440000'],
  ['times', '2026-11-28 08:24:29,103 2026-11-28 08:24:30,104 1732782269 08:24:31'],
  ['a table', '| a_1 | b-2 |\n| --- | --- |\n| c_3 | d-4 |\n'],
  ['a comment', '/**\n * The first_word of many-words\n * goes on in the next2 line.\n */'],
  ['colours', ':root { --a: #67 68 70; --b: 103, 104, 112, 95, 97, 66, 51, 100; }'],
])('%s stays as it is', (_name, text) => {
  expect(redact(text, [OURS])).toBe(text);
  const json = JSON.stringify({ text });
  expect(redact(json, [OURS])).toBe(json);
});
