import { describe, expect, test } from 'vitest';
import { redact, secretsIn } from '../../../src/core/redaction/redact.ts';

// Put together here, so that no scanner of this repository takes them for real.
const jwt = ['eyJhbGciOiJSUzI1NiJ9', 'eyJpc3MiOiIxMjM0NSJ9', `c2ln${'x1Y2'.repeat(100)}`].join('.');
const body = 'MIIEowIBAAKCAQEA0Z3VS5JJcds3xfn';
const pem = (end = '\n-----END RSA PRIVATE KEY-----') =>
  `-----BEGIN RSA ${'PRIVATE'} KEY-----\n${body}\n${body}${end}`;
const SECRETS: [string, string][] = [
  ['GitHub token', `ghs_${'a1B2'.repeat(9)}`],
  ['GitHub token', `ghs_123456_${jwt}`],
  ['GitHub token', `ghp_${'a1B2'.repeat(9)}`],
  ['GitHub token', `gho_${'a1B2'.repeat(9)}`],
  ['GitHub token', `github_pat_${'a1B2'.repeat(20)}`],
  ['Gatehouse token', `gatehouse_${'0a1b2c'.repeat(2)}_${'a1B2'.repeat(10)}_-x`],
  ['Google key', `AIza${'a1B2_'.repeat(7)}`],
  ['API key', `sk-${'a1B2'.repeat(12)}`],
  ['API key', `sk-proj-${'a1B2'.repeat(12)}`],
  ['API key', `sk-ant-api03-${'a1B2'.repeat(12)}`],
  ['Slack token', 'xoxb-123456789012-abcdefghi1k2'],
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

describe('what removes itself where it is shown', () => {
  const HIDING: [string, string][] = [
    ['a zero-width space', '\u200b'],
    ['a soft hyphen', '\u00ad'],
    ['a tag character', '\u{e0041}'],
    ['a null', '\0'],
    ['a colour', '\u001b[31m'],
    ['a colour of one character', '\u009b1m'],
    ['a link', '\u001b]8;;https://host.example\u0007'],
    ['another link', '\u001b]8;;x\u001b\\'],
    ['a line break', '\n'],
    ["Windows' line break, and an indentation", '\r\n\t  '],
    ['a continued line of a shell', '\\\n'],
    ['a folded line of quoted-printable', '=\n'],
    ['a colour, a fold and a joiner', '\u001b[0m\n  \u200d'],
  ];
  const halves = (secret: string) =>
    [3, secret.length >> 1, secret.length - 3].map(
      at => [secret.slice(0, at), secret.slice(at)] as const,
    );

  test.each(HIDING)('%s keeps no secret from being found', (_name, hiding) => {
    for (const [kind, secret] of SECRETS)
      for (const [first, second] of halves(secret))
        for (const text of [`a ${first}${hiding}${second} z`, `a\n${first}${hiding}${second}\nz`]) {
          expect([kind, redact(text)]).toEqual([kind, expect.stringMatching(/^a\s\[redacted: /)]);
          expect([kind, redact(text)]).toEqual([kind, expect.stringMatching(/\]\sz$/)]);
          const json = redact(JSON.stringify({ text, more: ['kept'] }));
          expect(JSON.parse(json).more).toEqual(['kept']);
          expect([kind, JSON.parse(json).text]).toEqual([kind, redact(text)]);
        }
  });

  test('a secret of ours is found as well', () => {
    for (const [, hiding] of HIDING) {
      expect(redact(`a our-own${hiding}-secret z`, ['our-own-secret'])).toBe(
        'a [redacted: secret] z',
      );
      expect(redact(`a ${hiding}our\nown\nsecret z`, ['our\nown\nsecret'])).toMatch(
        /\[redacted: secret\] z$/,
      );
    }
  });

  test('escapes of JSON stand for what they mean', () => {
    const hidden = [...`ghp_${'a1B2'.repeat(9)}`]
      .map(each => `\\u${each.charCodeAt(0).toString(16).padStart(4, '0')}`)
      .join('');
    expect(redact(`{"token":"${hidden}","more":1}`)).toBe(
      '{"token":"[redacted: GitHub token]","more":1}',
    );
    expect(redact('{"url":"https:\\/\\/maria:s3cret!@host.example"}')).toBe(
      '{"url":"https:\\/\\/maria:[redacted: credential]@host.example"}',
    );
  });

  test('a secret of many lines is taken out whole', () => {
    const folded = jwt.replace(/.{40}/g, '$&\n  ');
    expect(redact(`token:\n  ${folded}\n\nmore`)).toBe(
      'token:\n  [redacted: JSON web token]\n\nmore',
    );
  });

  test('what follows a whole secret on the next line stays', () => {
    const key = `sk-${'a1B2'.repeat(12)}`;
    for (const next of ['last words', 'NEXT_1=x', 'name2: x', 'call(1)', '- item', '"x"'])
      expect(redact(`KEY=${key}\n${next}`)).toBe(`KEY=[redacted: API key]\n${next}`);
    const tokens = `ghp_${'a1B2'.repeat(9)}\nghp_${'c3D4'.repeat(9)}`;
    expect(redact(tokens)).toBe('[redacted: GitHub token]\n[redacted: GitHub token]');
    expect(redact('https://host.example:8443\nmaria@host.example')).toContain('8443\nmaria@');
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
