/** Bad inputs to the patch gate, each with its safe outcome under the starter policies. */
import { describe, expect, test } from 'vitest';
import type { TreeEntry } from '../../src/core/change.ts';
import { inspectChange } from '../../src/patch/inspect-change.ts';
import { ask } from '../prove/paths/ask.ts';
import { change, entry, kinds } from './change.ts';

const manifest = (more: object) => JSON.stringify({ name: 'x', scripts: { test: 'x' }, ...more });

/** A person is asked before the merge, and may allow it. */
const asks = (edit: TreeEntry) =>
  expect(ask(edit)).toMatchObject({ merge: 'require_approval', approved: 'allow' });
/** No person may allow it. */
const refuses = (edit: TreeEntry) =>
  expect(ask(edit)).toMatchObject({ accept: 'deny', merge: 'deny', approved: 'deny' });

describe('a person is asked', () => {
  const before = manifest({});
  const postinstall = manifest({ scripts: { test: 'x', postinstall: 'node steal.js' } });
  test.each<[string, TreeEntry]>([
    ['a lockfile', entry('package-lock.json', { before: '{}', after: '{"a":1}' })],
    ['a postinstall script', entry('package.json', { before, after: postinstall })],
    ['a registry', entry('.npmrc', { after: 'registry=https://evil.example/' })],
    ["a registry of a package's", entry('packages/a/.npmrc', { after: 'ignore-scripts=false' })],
    ['an index of Python packages', entry('pip.conf', { after: '[global]\nindex-url = x' })],
    ['a registry of Rust', entry('.cargo/config.toml', { after: '[source.crates-io]' })],
    ['code that reads otherwise than it runs', entry('src/a.ts', { after: 'if (admin\u202e) {}' })],
    ['look-alike letters', entry('src/a.ts', { after: 'const pаyload = 1;' })],
    ['a test that is skipped', entry('a.test.ts', { after: 'test.skip("a", f);' })],
    ['a rewritten snapshot', entry('a.snap', { before: 'a', after: 'b' })],
    ['a suppression', entry('src/a.ts', { after: '// @ts-nocheck' })],
    ['a check that ignores failures', entry('Makefile', { after: 'test:\n\tgo test || true\n' })],
    ['a binary', entry('logo.png', { after: 'x', binary: true })],
  ])('%s', (_, edit) => asks(edit));
});

describe('before the push', () => {
  test.each<[string, TreeEntry]>([
    ['a workflow', entry('.github/workflows/ci.yml', { before: 'a', after: 'b' })],
    [
      'a workflow moved away',
      entry('old.yml', { from: '.github/workflows/ci.yml', before: 'a', after: 'a' }),
    ],
    [
      'a password in an address',
      entry('src/db.ts', { after: 'connect("postgres://app:hunter2@db.example/x")' }),
    ],
  ])('%s', (_, edit) => {
    expect(ask(edit)).toMatchObject({ accept: 'allow', push: 'require_approval' });
    asks(edit);
  });
});

// They are assembled here so that a scanner of this repository does not report them.
const jwt = `eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiIxMjM0NSJ9.${'c2ln'.repeat(110)}`;
const SECRETS: [string, string][] = [
  ['ghs_, old', `ghs_${'A1b2'.repeat(9)}`],
  ['ghs_, new', `ghs_123456_${jwt}`],
  ['ghp_', `ghp_${'A1b2'.repeat(9)}`],
  ['gho_', `gho_${'A1b2'.repeat(9)}`],
  ['github_pat_', `github_pat_${'A1b2'.repeat(20)}`],
  [
    'PEM',
    `-----BEGIN RSA ${'PRIVATE'} KEY-----\n${'MIIEowIBAAKCAQEA'.repeat(4)}\n-----END RSA ${'PRIVATE'} KEY-----`,
  ],
  ['AIza', `AIza${'Sy1'.repeat(11)}ab`],
  ['sk-', `sk-${'proj1234'.repeat(4)}`],
  ['sk-ant-', `sk-ant-api03-${'a1B2'.repeat(24)}`],
  ['npm', `npm_${'a1B2'.repeat(9)}`],
  ['Slack', `xoxb-${'1234567890'}12-123456789012-${'aBcDeF'.repeat(4)}`],
  ['AWS', `AKIA${'ABCD'.repeat(4)}`],
  ['SendGrid', `SG.${'a1B2'.repeat(6).slice(2)}.${'b2C3'.repeat(11).slice(1)}`],
  ['Shopify', `shpat_${'a1'.repeat(16)}`],
  ['Linear', `lin_api_${'aB1c'.repeat(10)}`],
  ['GitLab', `glpat-${'a1B2c'.repeat(4)}`],
];

describe.each(SECRETS)('a secret is never taken: %s', (_, secret) => {
  test('and never repeated', () => {
    const edit = entry('src/config.ts', { after: `first\nconst key = \`${secret}\`;\n` });
    refuses(edit);
    const found = inspectChange(change(edit));
    expect(found.map(({ kind }) => kind)).toEqual(['secret']);
    expect(found[0]?.reason).toMatch(/^Line 2 /);
    expect(JSON.stringify(found)).not.toContain(secret.slice(0, 14));
  });
  test('nor let in by a comment', () => {
    const after = `// secretlint-disable\nconst key = \`${secret}\`; // secretlint-disable-line\n`;
    expect(kinds(entry('src/config.ts', { after }))).toContain('secret');
  });
});

describe('nobody may let it pass', () => {
  test.each<[string, TreeEntry]>([
    ['a path of git', entry('.GIT/hooks/post-checkout', { after: 'x' })],
    [
      'a symbolic link to /proc',
      entry('a', { after: '/proc/self/environ', mode: { before: '000000', after: '120000' } }),
    ],
    ['a submodule', entry('a', { after: 'x', mode: { before: '000000', after: '160000' } })],
    [
      'a submodule with a carriage return in its path',
      entry('a\r', { after: 'x', mode: { before: '000000', after: '160000' } }),
    ],
  ])('%s', (_, edit) => refuses(edit));
});
