/** Which credentials of npm's own settings every sandbox would read. */
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  assertNoCredentials,
  isReadByAgents,
  lineOfCredential,
} from '../../../src/compose/machine/npm-credentials.ts';
import { AGENT_UID } from '../../../src/engine/ports/sandbox.ts';
import { temporaryFolder } from '../../adapters/sandbox/temporary-folder.ts';

/** A prefix with a token in this file of it. */
async function prefixWith(name: string, mode: number) {
  const prefix = await temporaryFolder();
  const file = join(prefix, name);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, 'fund=false\n//npm.example/:_authToken=abc\n', { mode });
  return { prefix, file };
}

describe('a credential in the settings of npm', () => {
  test('is refused where the user of Gatehouse alone reads it, as agents are that user', async () => {
    const { prefix, file } = await prefixWith('etc/npmrc', 0o600);
    await expect(assertNoCredentials([prefix], false)).rejects.toThrow(
      `would read the credential in line 2 of ${file}: move the line to the .npmrc in the home of`,
    );
    await expect(assertNoCredentials([join(prefix, 'bin')], false)).resolves.toBeUndefined();
  });

  test.skipIf(process.getuid?.() !== 0)(
    'is none for agents where root alone reads it',
    async () => {
      const { prefix } = await prefixWith('etc/npmrc', 0o640);
      await expect(assertNoCredentials([prefix], true)).resolves.toBeUndefined();
      await expect(assertNoCredentials(['/nowhere', prefix], false)).rejects.toThrow('line 2');
    },
  );

  test('is found in those that npm brings with itself', async () => {
    const { prefix, file } = await prefixWith('lib/node_modules/npm/npmrc', 0o644);
    for (const folder of [prefix, join(prefix, 'lib/node_modules')])
      await expect(assertNoCredentials([folder], true)).rejects.toThrow(file);
  });

  test('is none where the file is a link to one that no sandbox sees', async () => {
    const { file } = await prefixWith('.npmrc', 0o644);
    const prefix = await temporaryFolder();
    await mkdir(join(prefix, 'etc'));
    await symlink(file, join(prefix, 'etc/npmrc'));
    await expect(assertNoCredentials([prefix], false)).resolves.toBeUndefined();
    await expect(assertNoCredentials([prefix, dirname(file)], false)).rejects.toThrow('line 2');
  });
});

test.each([
  ['of another user, for others', { uid: 5, gid: 5, mode: 0o604 }, true],
  ['of another user, for its group', { uid: 5, gid: 5, mode: 0o640 }, false],
  ['of the agents’ group', { uid: 0, gid: AGENT_UID, mode: 0o640 }, true],
  ['of the agents’ group, for all but that', { uid: 0, gid: AGENT_UID, mode: 0o604 }, false],
  ['of the agents', { uid: AGENT_UID, gid: 0, mode: 0o400 }, true],
  ['of the agents, for all but them', { uid: AGENT_UID, gid: 0, mode: 0o044 }, false],
])('where Gatehouse is root, a file %s', (_, file, isRead) => {
  expect(isReadByAgents(file)).toBe(isRead);
});

test.each([
  '//npm.example/:_authToken=abc',
  ' //npm.example/npm/:_authToken = abc',
  '"//npm.example/:_authToken"=abc',
  '\'//npm.example/:_authToken\' = "abc"',
  '//npm.example/:_password=YWJj',
  '_auth=YWJj',
  '_auth[]=YWJj',
  '\uFEFF_auth=YWJj',
  'key="-----BEGIN PRIVATE KEY-----"',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: npm has such variables.
  '//npm.example/:_authToken=abc${REST}',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a variable may have a text for where it is not set.
  '//npm.example/:_authToken=${TOKEN:-abc}',
  'registry=https://u:pw@npm.example/',
  '@acme:registry="https://u:p@w@npm.example/"',
  'registry=https://abc@npm.example/',
  'registry=https://abc:@npm.example/',
  'https-proxy = http://u:pw@proxy.example:3128',
])('a credential: %s', line => {
  for (const end of ['\n', '\r\n', '\r'])
    expect(lineOfCredential(`fund=false${end}${line}${end}`)).toBe(2);
});

test.each([
  '; _auth=abc',
  ' #//npm.example/:_authToken=abc',
  '_auth=',
  '_auth',
  'registry=https://npm.example/@acme/',
  '@acme:registry=https://npm.example/a:b@c',
  'init-author-url=ssh://git@example.com/a',
  'strict-ssl=true',
  'certfile=/etc/npm/client.pem',
  '//npm.example/:username=mona',
  'always-auth=true',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: npm has such variables.
  ...['//npm.example/:_authToken=${NPM_TOKEN}', '"//npm.example/:_auth"="${A}${B?}"'],
  // biome-ignore lint/suspicious/noTemplateCurlyInString: npm has such variables.
  ...['_password=${PW} ; of the CI', 'registry=https://u:${PW}@npm.example/'],
])('none: %s', line => {
  expect(lineOfCredential(`fund=false\n${line}\n`)).toBeNull();
});
