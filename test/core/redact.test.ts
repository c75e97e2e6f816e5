import { describe, expect, test } from 'vitest';
import { redact, secretsIn } from '../../src/core/redact.ts';
import { threadTime } from '../thread-time.ts';

// Put together here, so that no scanner of this repository takes them for real.
const jwt = ['eyJhbGciOiJSUzI1NiJ9', 'eyJpc3MiOiIxMjM0NSJ9', `c2ln${'x'.repeat(400)}`].join('.');
const body = 'MIIEowIBAAKCAQEA0Z3VS5JJcds3xfn';
const pem = (end = '\n-----END RSA PRIVATE KEY-----') =>
  `-----BEGIN RSA ${'PRIVATE'} KEY-----\n${body}\n${body}${end}`;
const SECRETS: [string, string][] = [
  ['GitHub token', `ghs_${'a1B2'.repeat(9)}`],
  ['GitHub token', `ghs_123456_${jwt}`],
  ['GitHub token', `ghp_${'a1B2'.repeat(9)}`],
  ['GitHub token', `gho_${'a1B2'.repeat(9)}`],
  ['GitHub token', `github_pat_${'a1B2'.repeat(20)}`],
  ['Google key', `AIza${'a1B2_'.repeat(7)}`],
  ['API key', `sk-${'a1B2'.repeat(12)}`],
  ['API key', `sk-proj-${'a1B2'.repeat(12)}`],
  ['API key', `sk-ant-api03-${'a1B2'.repeat(12)}`],
  ['Slack token', 'xoxb-123456789012-abcdefghijkl'],
  ['npm token', `npm_${'a1B2'.repeat(9)}`],
  ['AWS key', 'AKIAIOSFODNN7EXAMPLE'],
  ['JSON web token', jwt],
  ['private key', pem()],
];

describe.each(SECRETS)('a %s (%.14s…)', (kind, secret) => {
  test('is taken out of text', () => {
    expect(redact(`before ${secret} after`)).toBe(`before [redacted: ${kind}] after`);
  });

  test.each([
    ['alone', (s: string) => s],
    ['at the start of a line', (s: string) => `first\n${s}\nlast`],
    ['after a tab and an escape code', (s: string) => `\t\u001b[1m\t${s}`],
    ['quoted inside', (s: string) => JSON.stringify({ token: s })],
    ['in an assignment', (s: string) => `KEY=${s}`],
  ])('is taken out of JSON, which stays JSON: %s', (_how, put) => {
    const json = JSON.stringify({ text: put(secret), more: ['kept'] });
    const parsed = JSON.parse(redact(json));
    expect(parsed.more).toEqual(['kept']);
    expect(parsed.text).toContain(`[redacted: ${kind}]`);
    expect(JSON.stringify(parsed)).not.toContain(secret.slice(-12));
  });
});

test('a key that was cut before its end', () => {
  expect(redact(`x ${pem('')}`)).toBe('x [redacted: private key]');
  const json = JSON.stringify({ a: pem(''), b: `"${pem('\\"')}"` });
  expect(redact(json)).not.toContain(body);
  expect(() => JSON.parse(redact(json))).not.toThrow();
});

test.each([
  ['authorization: Bearer abcdefgh.ijkl', 'authorization: Bearer [redacted: credential]'],
  ['{"Authorization":"Basic dXNlcjpwYXNz"}', '{"Authorization":"Basic [redacted: credential]"}'],
  [
    'https://x-access-token:s3cret!@host.example/o/r.git',
    'https://x-access-token:[redacted: credential]@host.example/o/r.git',
  ],
  [
    'aws_secret_access_key = wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEYab',
    'aws_secret_access_key = [redacted: AWS secret]',
  ],
])('%s', (text, redacted) => {
  expect(redact(text)).toBe(redacted);
});

test('what is ours is taken out by its value, in every spelling', () => {
  const ours = ['a "quoted" secret/+'];
  const spelled = [ours[0], JSON.stringify(ours[0]), encodeURIComponent(ours[0] ?? '')].join(' ');
  expect(redact(spelled, ours)).toBe('[redacted: secret] "[redacted: secret]" [redacted: secret]');
  expect(redact('short stays', ['short', ''])).toBe('short stays');
});

test.each([
  'the task-list-of-seventeen-parts-1 is disk-usage-report-2026-11-20',
  'sk-fading-circle-animation-dots',
  'sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
  'https://host.example:8443/path@v1',
  'npm_config_registry and npm_lifecycle_event',
  '-----BEGIN PUBLIC KEY-----',
])('%s is innocent', text => {
  expect(redact(text)).toBe(text);
});

test('places do not overlap', () => {
  const text = `authorization: bearer ghp_${'a1B2'.repeat(9)}`;
  const found = secretsIn(text, [`ghp_${'a1B2'.repeat(9)}`]);
  expect(found).toHaveLength(1);
});

test('long hostile text takes no long time', () => {
  const text = `-----BEGIN ${'PRIVATE'} KEY-----${'-----BEGIN '.repeat(2_000)}${'a1'.repeat(200_000)}`;
  expect(threadTime(() => redact(text))).toBeLessThan(2_000);
});
