/** The program between a CLI and an MCP server in its sandbox: calls pass once they are allowed. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import { readLines } from '../../../src/adapters/agents/api/program/read-lines.ts';
import { bindsOfServers, reachedServers } from '../../../src/adapters/agents/mcp/servers.ts';
import type { McpServer } from '../../../src/engine/ports/agent.ts';

const ROOT = join(import.meta.dirname, '../../..');
const PROGRAM = join(ROOT, 'src/adapters/agents/mcp/program/main.ts');
const SERVER = join(ROOT, 'test/agents/mcp-server.ts');

async function start(command: string[], answer: (question: unknown) => object | null) {
  const questions: unknown[] = [];
  const policy = createServer(async (request, response) => {
    const question = await json(request);
    questions.push(question);
    const given = answer(question);
    if (given) response.end(JSON.stringify(given));
    else response.destroy();
  });
  policy.listen(0, '127.0.0.1');
  await once(policy, 'listening');
  const decide = `http://127.0.0.1:${(policy.address() as AddressInfo).port}/decide`;
  const program = spawn(process.execPath, [PROGRAM, 'notes', decide, ...command]);
  onTestFinished(() => {
    program.kill('SIGKILL');
    policy.closeAllConnections();
    policy.close();
  });
  const lines = readLines(program.stdout);
  let complaints = '';
  program.stderr.setEncoding('utf8').on('data', text => {
    complaints += text;
  });
  return {
    questions,
    program,
    complaints: () => complaints,
    send: (line: unknown) =>
      void program.stdin.write(`${typeof line === 'string' ? line : JSON.stringify(line)}\n`),
    next: async () => JSON.parse((await lines.next()).value ?? 'null'),
    exit: () => once(program, 'exit'),
  };
}

const call = (id: number, text: string) => ({
  jsonrpc: '2.0',
  id,
  method: 'tools/call',
  params: { name: 'note', arguments: { text } },
});

test('a call is made once it is allowed, and one that is denied is answered with why', async () => {
  const { send, next, questions, program, exit, complaints } = await start(
    [process.execPath, SERVER],
    question =>
      JSON.stringify(question).includes('never')
        ? { outcome: 'deny', reason: 'Not that.' }
        : JSON.stringify(question).includes('lost')
          ? null
          : { outcome: 'allow', reason: '' },
  );
  send({ jsonrpc: '2.0', id: 1, method: 'tools/list' });
  expect(await next()).toMatchObject({ id: 1, result: { tools: [{ name: 'note' }] } });
  send(call(2, 'a'));
  expect(await next()).toMatchObject({
    result: { content: [{ text: 'noted by the server: a' }] },
  });
  // Node's own reader of lines ends one at each of these.
  send(call(20, 'a\u2028b\u2029c'));
  expect(await next()).toMatchObject({
    id: 20,
    result: { content: [{ text: 'noted by the server: a\u2028b\u2029c' }] },
  });
  send(call(3, 'never'));
  expect(await next()).toMatchObject({
    id: 3,
    result: {
      isError: true,
      content: [{ text: 'Gatehouse: notes/note is not allowed. Not that.' }],
    },
  });
  send(call(4, 'lost'));
  expect(await next()).toMatchObject({ id: 4, result: { isError: true } });
  send({ jsonrpc: '2.0', id: 5, method: 'resources/read', params: { uri: 'x' } });
  expect(await next()).toMatchObject({ id: 5, error: { code: -32_601 } });
  for (const line of [[call(6, 'a')], '{"id":', 'null']) send(line);
  send({ jsonrpc: '2.0', id: 7, method: 'ping' });
  expect(await next()).toMatchObject({ id: 7, result: {} });
  expect(questions.map(question => JSON.stringify(question))).toEqual(
    ['a', 'a\u2028b\u2029c', 'never', 'lost'].map(text =>
      JSON.stringify({ action: 'mcp.call', server: 'notes', tool: 'note', arguments: { text } }),
    ),
  );
  program.stdin.end();
  expect(await exit()).toEqual([0, null]);
  expect(complaints().match(/it is dropped/g)).toHaveLength(3);
});

test('a server that is missing is told', async () => {
  const { exit, complaints } = await start(['/nowhere/server'], () => null);
  expect(await exit()).toEqual([127, null]);
  expect(complaints()).toMatch(/the MCP server notes can't be started: .*ENOENT/);
});

test('what a CLI is told starts the program, with the files that it needs', () => {
  const servers: McpServer[] = [
    { name: 'notes', kind: 'stdio', command: 'notes', args: ['--all'], env: { A: 'b' } },
    { name: 'tracker', kind: 'http' },
  ];
  const [notes, tracker] = reachedServers({ servers });
  expect(tracker).toEqual({ name: 'tracker', url: 'http://127.0.0.1:8787/mcp/tracker' });
  expect(notes).toMatchObject({
    name: 'notes',
    env: { A: 'b' },
    args: [
      expect.stringMatching(/^\/opt\/gatehouse-mcp\/.*main\.ts$/),
      'notes',
      'http://127.0.0.1:8787/decide',
      'notes',
      '--all',
    ],
  });
  const binds = bindsOfServers({ servers });
  expect(binds.map(({ from }) => from)).toContain(PROGRAM);
  expect(bindsOfServers({ servers: [{ name: 'tracker', kind: 'http' }] })).toEqual([]);
});
