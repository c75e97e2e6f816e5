/** What is Copilot's own in its use of ACP. */
import { z } from 'zod';
import type { Usage } from '../../../core/agent-event.ts';
import type { AgentRequest } from '../../../engine/ports/agent.ts';
import { classify } from '../acp/classify.ts';
import type { AcpCli } from '../acp/cli.ts';
import { noticeIn } from './notice.ts';

const count = z.int().nonnegative();
const Told = z.object({
  usage: z.object({
    inputTokens: count,
    outputTokens: count,
    thoughtTokens: count.default(0),
    cachedReadTokens: count.default(0),
    cachedWriteTokens: count.default(0),
  }),
});

const TOOLS = new Map([
  ['execute', 'bash'],
  ['edit', 'edit'],
  ['read', 'view'],
]);

type ServersTool = { server: string; tool: string };

/** Copilot names a tool of an MCP server `server-tool`. */
function toolIn(title: string, { servers }: Pick<AgentRequest, 'servers'>): ServersTool | null {
  const server = servers.find(({ name }) => title.startsWith(`${name}-`))?.name;
  return server === undefined ? null : { server, tool: title.slice(server.length + 1) };
}

export function copilotCli(request: Pick<AgentRequest, 'servers'>): AcpCli {
  const calls = new Map<string, ServersTool>();
  return {
    who: 'Copilot',
    resumes: 'load',
    takesServers: false,
    toolOf({ toolCallId, kind, title }) {
      const called = kind === 'other' ? toolIn(title ?? '', request) : null;
      if (called !== null) calls.set(toolCallId, called);
      // The title of a call of its own tools says what the call is for, and not the tool.
      return (called && title) || TOOLS.get(kind ?? '') || kind || 'tool';
    },
    // The question about a call does not name the server, so it is remembered from the call's start.
    mcpOf: ({ toolCallId }) => calls.get(toolCallId) ?? null,
    classify({ message }) {
      if (message.startsWith('Response was interrupted')) return { class: 'transport' };
      const found = classify(message, null);
      // An error that is not recognised came from the provider.
      return found.class === 'protocol' ? { class: 'server' } : found;
    },
    usageOf(result): Usage | null {
      const told = Told.safeParse(result);
      if (!told.success) return null;
      const { inputTokens, outputTokens, thoughtTokens } = told.data.usage;
      const { cachedReadTokens: cached, cachedWriteTokens: cacheWrite } = told.data.usage;
      const input = Math.max(0, inputTokens - cached - cacheWrite);
      return { input, cached, cacheWrite, output: outputTokens, reasoning: thoughtTokens };
    },
    readStderr: () => null,
    // Copilot reports a refused key after two tries.
    mostTries: () => 3,
    noticeIn,
    silentFailure: 'Its provider limits how often it is called (too many requests).',
    stopsAtDenials: true,
  };
}
