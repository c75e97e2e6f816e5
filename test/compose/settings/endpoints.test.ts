/** The file of endpoints: what is wrong with it is said at once, with its line; and which hooks a task gets. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  endpointSettings,
  loadEndpoints,
  secretsOfEndpoints,
} from '../../../src/compose/settings/endpoints.ts';
import { RepositoryConfigFile } from '../../../src/core/repository-config/repository-config.ts';
import { endpointFaults, hooksFor } from '../../../src/engine/intake/rules/hooks.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gh-endpoints-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function load(text: string) {
  const file = join(folder, 'webhooks.yml');
  await writeFile(file, text);
  return loadEndpoints(file);
}

const GOOD = `
chat: { url_file: /run/chat, format: slack, on: [failed], repositories: [acme/*] }
audit: { url: "https://audit.example.com/x", secret_command: [pass, audit] }
`;

test('names its secrets, and reads none', async () => {
  const endpoints = await load(GOOD);
  expect(secretsOfEndpoints(endpoints)).toEqual([
    { name: 'WEBHOOK_CHAT_URL', by: 'file', path: '/run/chat' },
    { name: 'WEBHOOK_AUDIT_SECRET', by: 'command', argv: ['pass', 'audit'] },
  ]);
  expect(await loadEndpoints(null)).toEqual([]);
});

test.each([
  ['no address', 'a: { format: slack }', 'must have one of url, url_file and url_command'],
  ['two addresses', 'a: { url: "https://x.y", url_file: /x, format: slack }', 'must have one of'],
  ['no secret', 'a: { url: "https://x.y" }', 'must have secret_file or secret_command'],
  ['no TLS', 'a: { url: "http://x.y", format: slack }', 'is reached without TLS'],
  ['another scheme', 'a: { url: "file:///x", format: slack }', 'must be a URL of http or https'],
  ['a bad name', 'A: { url: "https://x.y", format: slack }', 'must be a name in lower case'],
  ['an unknown moment', 'a: { url: "https://x.y", format: slack, on: [never] }', '"run_started"'],
  ['an unknown key', 'a: { url: "https://x.y", format: slack, secret: x }', 'secret'],
])('%s is a fault with its line', async (_, text, message) => {
  const fault = await load(`# one\n${text}\n`).then(
    () => '',
    error => String(error.message),
  );
  expect(fault).toContain('webhooks.yml:2');
  expect(fault).toContain(message);
});

test('a task gets the hooks of the deployment for its repository, and its own', async () => {
  const settings = { endpoints: endpointSettings(await load(GOOD)) };
  const config = RepositoryConfigFile.parse({
    hooks: [{ name: 'team', on: ['merged'], webhook: 'chat' }],
  });
  const acme = { id: 1, owner: 'acme', name: 'span', installation: 7 };
  const other = { ...acme, owner: 'other' };
  const hook = { name: 'team', by: 'repository', on: ['merged'], webhook: 'chat' };
  expect(hooksFor({ settings }, acme, config)).toEqual([
    { name: 'chat', by: 'deployment', on: ['failed'], webhook: 'chat' },
    hook,
  ]);
  const rules = {
    config,
    places: { file: 'gatehouse.yml', at: { 'hooks.0': { line: 4, column: 3 } } },
  };
  expect(endpointFaults({ settings }, acme, rules)).toEqual([]);
  expect(endpointFaults({ settings }, other, rules)).toEqual([
    {
      file: 'gatehouse.yml',
      line: 4,
      column: 3,
      message:
        'hooks: team: "chat" is no endpoint that the deployment has for this repository: there are audit',
    },
  ]);
});
