/** What is left of a secret where a text was cut through it, and what a diff does to one. */
import { expect, test } from 'vitest';
import { redact, secretsIn } from '../../../src/core/redaction/redact.ts';

const OURS = 'a key of ours, 40 characters and no form';
const TOKEN = `ghp_${'a1B2c3D4e5f6'.repeat(3)}`;

test.each([
  ['its beginning', OURS.slice(0, 30)],
  ['its beginning, by one character too short', OURS.slice(0, -1)],
  ['its end', OURS.slice(-30)],
  ['its beginning in hexadecimal digits', Buffer.from(OURS).toString('hex').slice(0, 61)],
])('a secret of ours is found by %s', (_name, part) => {
  expect(redact(`"… ${part}"`, [OURS])).toMatch(/^"… \[redacted: secret\].?"$/);
});

test('less than half of it is ordinary text, and so is a part of its middle', () => {
  for (const part of [OURS.slice(0, 18), OURS.slice(-18), OURS.slice(2, -2)])
    expect(redact(`"${part}"`, [OURS])).toBe(`"${part}"`);
});

test('half a token is one where a string ends or something is left out, but in no file', () => {
  const half = TOKEN.slice(0, 22);
  for (const text of [`{"m":"${half}"}`, `it was ${half}…`, `it was ${half} … (9 more)`]) {
    expect(redact(text)).toBe(text.replace(half, '[redacted: GitHub token]'));
    expect(secretsIn(text, [], true)).toEqual([]);
  }
  expect(redact(`it was ${half} there`)).toContain(half);
});

test.each([
  ['an added line', `+key = ${TOKEN.slice(0, 25)}\n+${TOKEN.slice(25)}\n`],
  ['JSON', JSON.stringify({ diff: `-${TOKEN.slice(0, 25)}\n-${TOKEN.slice(25)}\n` })],
])('the mark before a line of a diff is no part of a secret: %s', (_name, text) => {
  const clean = redact(text);
  expect(clean).toContain('[redacted: GitHub token]');
  expect(clean).not.toContain(TOKEN.slice(25));
});

test.each([
  ['redis://:a-password-1@queue.test:6379', 'a-password-1'],
  ['see mongodb+srv://app:p4ss%2Fword@db.test/x', 'p4ss%2Fword'],
])('the password of any address is found: %s', (text, password) => {
  expect(redact(text)).toBe(text.replace(password, '[redacted: credential]'));
  // A file may hold the address of an example, which the patch gate asks a person about.
  expect(secretsIn(text, [], true)).toEqual([]);
});

test('an address without a password is left as it is', () => {
  for (const text of ['http://host.test:3000/@scope', 'a://b:c', 'http://a.test:\nbob@b.test'])
    expect(redact(text)).toBe(text);
});
