/** Tools of MCP servers: each call is decided with its arguments, whoever makes it. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { denied } from '../../../src/core/act.ts';
import type { McpServer } from '../../../src/engine/ports/agent.ts';
import type { McpRoute } from '../../../src/engine/ports/gateway.ts';
import { only } from '../../contract/agent-adapter.ts';
import { startMcpServer } from '../mcp-over-http.ts';
import { runAgent } from '../run-agent.ts';
import type { Subject } from '../suite.ts';

const TOKEN = 'mcp-token-of-the-operator';
const WHY = 'Notes of that kind take a maintainer.';
/** The Node that is there for what Gatehouse itself starts beside the agent. */
const STDIO: McpServer = {
  name: 'notes',
  kind: 'stdio',
  command: '/opt/gatehouse-mcp-node',
  args: ['/work/server.ts'],
  env: {},
};
const note = (text: string) => ({ mcp: { server: 'notes', tool: 'note', arguments: { text } } });

const served = (url: string): McpRoute => ({
  name: 'notes',
  upstream: url,
  credential: { header: 'authorization', read: async () => TOKEN },
  refusal: null,
});

export function mcpCases({ agent }: Subject): void {
  test('a call that takes a person is made after the answer, in another process', async ({
    skip,
  }) => {
    skip(!agent().adapter.capabilities.resume, 'it keeps no session');
    const server = await startMcpServer(TOKEN);
    const calls = () => server.messages.filter(({ method }) => method === 'tools/call').length;
    const stop = new AbortController();
    const of = {
      request: { servers: [{ name: 'notes', kind: 'http' as const }] },
      mcp: [served(server.url)],
    };
    const first = await runAgent(agent(), {
      ...of,
      model: { turns: [note('a question'), { say: 'never' }] },
      // As the engine does: nothing is answered, and the process is ended.
      decide() {
        stop.abort();
        return new Promise(() => {});
      },
      signal: () => stop.signal,
    });
    expect(first.end.by).toBe('aborted');
    expect(first.asked).toMatchObject([{ action: 'mcp.call', arguments: { text: 'a question' } }]);
    expect(calls()).toBe(0);
    const second = await runAgent(agent(), {
      ...of,
      after: first,
      request: { ...of.request, prompt: 'A maintainer has answered: ask again.' },
      model: { turns: [note('a question'), { say: 'It is noted.' }] },
    });
    expect(second.finished).toMatchObject({ status: 'ok', summary: 'It is noted.' });
    expect(second.session).toBe(first.session);
    expect(calls()).toBe(1);
    expect(second.requests.at(-1)?.text).toContain('noted by the server: a question');
  });

  test.for(['stdio', 'http'] as const)('a tool over %s is called as policy says', async kind => {
    const server = await startMcpServer(TOKEN);
    const run = await runAgent(agent(), {
      files: { 'server.ts': await readFile(join(import.meta.dirname, '../mcp-server.ts'), 'utf8') },
      request: { servers: [kind === 'stdio' ? STDIO : { name: 'notes', kind }] },
      mcp: kind === 'http' ? [served(server.url)] : [],
      model: { turns: [note('the first'), note('the forbidden'), { say: 'done' }] },
      decide: question =>
        question.action === 'mcp.call' && question.arguments.text === 'the forbidden'
          ? denied(WHY)
          : { outcome: 'allow', ruleId: null, reason: '' },
    });
    expect(run.finished).toMatchObject({ status: 'ok', summary: 'done' });
    const asked = run.asked.filter(({ action }) => action === 'mcp.call');
    expect(asked).toEqual(
      ['the first', 'the forbidden'].map(text => ({
        action: 'mcp.call',
        server: 'notes',
        tool: 'note',
        arguments: { text },
      })),
    );
    const told = run.requests.at(-1)?.text ?? '';
    expect(told).toContain('noted by the server: the first');
    expect(told).not.toContain('noted by the server: the forbidden');
    expect(told).toContain(WHY);
    const calls = only(run.events, 'tool.started').filter(call => call.kind === 'mcp');
    expect(calls).toHaveLength(2);
    for (const text of [run.stdout, run.stderr, run.journal.text(), told])
      expect(text).not.toContain(TOKEN);
    if (kind === 'http')
      expect(server.messages.filter(({ method }) => method === 'tools/call')).toHaveLength(1);
  });
}
