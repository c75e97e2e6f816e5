/** Each kind of secret, in each way to write it, is taken out. */
import { expect, test } from 'vitest';
import { redact } from '../../src/core/redact.ts';
import { ENCODINGS } from '../prove/secrets/encodings.ts';
import { finder } from '../prove/secrets/found.ts';
import { secretKinds } from '../prove/secrets/kinds.ts';

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

test('what is not encoded is left as it is', () => {
  const text = `sha512-${'q83v'.repeat(20)}== 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b src/core/decoded-text 100%25 &#39;`;
  expect(redact(text, ours)).toBe(text);
});
