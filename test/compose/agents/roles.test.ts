/** The file of MCP servers, and roles that name them. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  loadMcpServers,
  loadRoles,
  mcpSettings,
  secretsOfServers,
} from '../../../src/compose/agents/roles.ts';

let folder = '';
let file = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'roles-'));
  file = join(folder, 'mcp.yml');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const SOUND = `docs:
  command: /opt/mcp/docs-server
  args: [--root, docs]
  env: { DOCS_LANG: en }
issue-tracker:
  url: https://mcp.example.com/mcp
  token_file: /run/secrets/tracker
  header: X-Api-Key
open:
  url: http://127.0.0.1:8080/mcp
`;

async function loaded(text: string) {
  await writeFile(file, text);
  return loadMcpServers(file);
}

test('servers are started in the sandbox, or reached with a credential that is kept outside', async () => {
  const servers = await loaded(SOUND);
  expect(secretsOfServers(servers)).toEqual([
    { name: 'MCP_ISSUE_TRACKER', by: 'file', path: '/run/secrets/tracker' },
  ]);
  expect([...mcpSettings(servers).values()]).toEqual([
    {
      name: 'docs',
      kind: 'stdio',
      command: '/opt/mcp/docs-server',
      args: ['--root', 'docs'],
      env: { DOCS_LANG: 'en' },
    },
    {
      name: 'issue-tracker',
      kind: 'http',
      url: 'https://mcp.example.com/mcp',
      credential: { secret: 'MCP_ISSUE_TRACKER', header: 'x-api-key' },
    },
    { name: 'open', kind: 'http', url: 'http://127.0.0.1:8080/mcp', credential: null },
  ]);
  expect(await loadMcpServers(null)).toEqual([]);
});

test.for([
  ['an unknown field', 'docs:\n  comand: x', /mcp\.yml:2:\d+: docs\.comand: unknown key/],
  ['neither', 'docs: {}', /mcp\.yml:1:\d+: docs/],
  ['both', 'docs:\n  command: a\n  url: https://a.example', /mcp\.yml:[123]:\d+: docs/],
  ['a name in capitals', 'Docs:\n  command: a', /mcp\.yml:1:\d+: Docs: .*lower case/],
  ['a variable that is none', 'docs:\n  command: a\n  env: { A-B: x }', /:3:\d+: docs\.env\.A-B: /],
  [
    'an address that is none',
    'docs:\n  url: ftp://a',
    /mcp\.yml:2:\d+: docs\.url: .*http or https/,
  ],
  ['a password', 'docs:\n  url: https://u:p@a.example', /docs\.url: .*token_file/],
  [
    'a relative file',
    'docs:\n  url: https://a.example\n  token_file: a',
    /:3:\d+: docs\.token_file/,
  ],
  ['a header of ours', 'docs:\n  url: https://a.example\n  header: Host', /:3:\d+: docs\.header/],
  ['broken YAML', 'docs: [', /mcp\.yml:1:\d+: /],
  ['an alias', 'a: &a { command: x }\nb: *a', /Aliases are not allowed/],
  ['a server twice', 'a: { command: x }\na: { command: y }', /mcp\.yml:2:\d+: /],
  [
    'a secret in the sandbox',
    `docs:\n  command: a\n  env: { TOKEN: ghp_${'a1B2'.repeat(9)} }`,
    /mcp\.yml:1:\d+: docs: holds what looks like a secret/,
  ],
] as const)('%s is told with its place', async ([, text, fault]) => {
  const message = await loaded(text).then(String, (error: Error) => error.message);
  expect(message).toMatch(fault);
  expect(message).not.toMatch(/ghp_|u:p@/);
});

test('a file that is missing, and a role that names no server, are told at the start', async () => {
  await expect(loadMcpServers(join(folder, 'none.yml'))).rejects.toThrow(/none\.yml/);
  const agents = join(folder, 'agents');
  await mkdir(agents);
  const role = `---
name: author
description: Writes.
chain: [{ adapter: codex }]
tools: [read]
trust: T2
mcp: [docs, issue-trakcer/get_issue]
budget: { tokens: 1000, wallMs: 60000 }
---
You write.
`;
  await writeFile(join(agents, 'author.md'), role);
  await writeFile(file, SOUND);
  await expect(loadRoles({ agents, mcp: file })).rejects.toThrow(
    /author\.md: mcp: "issue-trakcer" is no server of .*mcp\.yml.*issue-tracker/,
  );
  await expect(loadRoles({ agents, mcp: null })).rejects.toThrow(
    /"docs" is no server of GATEHOUSE_MCP, which is not set/,
  );
});
