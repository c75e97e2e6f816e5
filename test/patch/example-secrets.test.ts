/** What has the form of a secret refuses a change for good, so that of an example must not. */
import { expect, test } from 'vitest';
import { inspectChange } from '../../src/patch/inspect-change.ts';
import { change, entry, kinds } from './change.ts';

// They are assembled here so that a scanner of this repository does not report them.
const some = (length: number): string => 'aB3dE5gH7jK9mN2pQ4sT6vW8xZ0c'.repeat(9).slice(0, length);
const HEAD = '-----BEGIN PRIVATE ' + 'KEY-----';
const JWT = [
  'eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9',
  'eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4ifQ',
];

test.each([
  'curl -H "Authorization: Bearer YOUR_TOKEN" https://api.example.com',
  'headers = {"Authorization": "Bearer test-token"}',
  '# The header is authorization: Bearer authentication',
  'url = f"https://{user}:{token}@github.com/acme/widgets"',
  `git clone "https://x-access-token:${'$'}{token}@github.com/acme/widgets"`,
  'ELASTIC=http://elastic:changeme@es:9200',
  'DATABASE_URL=postgres://postgres:postgres@localhost:5432/app',
  `if (text.startsWith('${HEAD}')) return readKey(text);`,
  `${HEAD}\n...\n-----END PRIVATE KEY-----`,
  `SLACK_BOT_TOKEN=${'xoxb'}-your-bot-token`,
  `GITHUB_TOKEN=${'ghp'}_${'x'.repeat(36)}`,
  `AWS_ACCESS_KEY_ID=${'AKIA'}IOSFODNN7EXAMPLE`,
  `const key = '${'sk'}-test-abcdefghij1234567890';`,
  '<div class="sk-folding-cube-2-child"></div>',
  `${JWT.join('.')}.${some(43)}`,
])('no secret: %s', line => expect(kinds(entry('docs/a.md', { after: line }))).toEqual([]));

test.each([
  [`headers = {"Authorization": "Bearer ${some(20)}"}`, 'possible-secret'],
  [`https://maria:${some(12)}@example.org/x`, 'possible-secret'],
  ['https://maria:correct-horse@example.org/x', 'possible-secret'],
  [`https://x-access-token:ghs_${some(36)}@github.com/acme/widgets`, 'secret'],
  [`Authorization: Bearer ghs_${some(36)}.`, 'secret'],
  [`Authorization: Bearer hf_${'aBcDeFgHiJkLmNoPqRsTuVwXyZ'.repeat(2).slice(0, 34)}`, 'secret'],
  [`${JWT[0]}.eyJzdWIiOiI${some(20)}.${some(43)}`, 'secret'],
  [`${HEAD}\nM${some(63)}\n${some(40)}\n`, 'secret'],
  [`KEY = "${HEAD}\\n" +\n  "M${some(63)}\\n"`, 'secret'],
])('still found: %s', (line, kind) =>
  expect(kinds(entry('docs/a.md', { after: line }))).toEqual([kind]),
);

test('a secret that moves from one file to another is none of the change', () => {
  const line = `const token = "${JWT[0]}.eyJzdWIiOiI${some(20)}.${some(43)}";\n`;
  const moved = change(
    entry('test/a.txt', { before: `${line}one\n`, after: 'one\n' }),
    entry('test/b.txt', { before: 'two\n', after: `two\n${line}` }),
  );
  expect(inspectChange(moved)).toEqual([]);
});
