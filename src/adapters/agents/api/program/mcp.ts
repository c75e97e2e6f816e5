/** The tools of MCP servers. Policy is asked between this client and the server, before each call. */
import { createMCPClient, type MCPClient } from '@ai-sdk/mcp';
import { StdioMCPTransport } from '@ai-sdk/mcp/mcp-stdio';
import { jsonSchema } from 'ai';
import type { ReachedServer } from '../../mcp/servers.ts';
import type { Print } from '../protocol.ts';
import type { AgentTool, ToolEnd } from './tools.ts';

/** A server that takes longer to tell its tools is done without. Milliseconds. */
const SLOWEST_START = 30_000;
/** Servers may tell as many as they like, and a model is told of each. */
const MOST_TOOLS = 200;
/** What models' providers take for a tool's name. */
const LONGEST_NAME = 64;

/** By the name that the model gets, `server__tool`. */
export async function toolsOfServers(
  servers: readonly ReachedServer[],
  print: Print,
): Promise<Record<string, AgentTool>> {
  const opened = await Promise.all(
    servers.map(async server => {
      try {
        return await toolsOf(server);
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error);
        const message = `The MCP server ${server.name} does not answer: ${why}`.slice(0, 500);
        print({ type: 'event', event: { type: 'warning', message } });
        return [];
      }
    }),
  );
  return Object.fromEntries(opened.flat().slice(0, MOST_TOOLS));
}

async function toolsOf(server: ReachedServer): Promise<[string, AgentTool][]> {
  const client = await createMCPClient({
    transport: 'url' in server ? { type: 'http', url: server.url } : new StdioMCPTransport(server),
    // Servers of before the probe answer it with an error, or with nothing.
    protocolVersionDiscovery: false,
    initializationOptions: { timeout: SLOWEST_START },
  });
  const { tools } = await client.listTools({ options: { timeout: SLOWEST_START } });
  return tools.map(({ name, description = '', inputSchema }) => [
    `${server.name}__${name}`.replaceAll(/[^\w-]/g, '_').slice(0, LONGEST_NAME),
    {
      description,
      input: jsonSchema(inputSchema),
      kind: 'mcp',
      question: async () => null,
      run: input => call(client, name, input),
    },
  ]);
}

async function call(client: MCPClient, name: string, input: unknown): Promise<ToolEnd> {
  const given = typeof input === 'object' && input !== null ? { ...input } : {};
  const result = await client.callTool({ name, arguments: given });
  const { content, isError } = result;
  const blocks: unknown[] = Array.isArray(content) ? content : [result];
  return { ok: isError !== true, output: blocks.map(shown).join('\n'), exitCode: null };
}

/** A text as it is, everything else as it came. */
function shown(block: unknown): string {
  const isText = typeof block === 'object' && block !== null && 'text' in block;
  return isText && typeof block.text === 'string' ? block.text : JSON.stringify(block);
}
