/** The MCP servers of a run, as a CLI starts or reaches them in the sandbox. */
import { extname, join } from 'node:path';
import type { AgentLaunch, AgentRequest } from '../../../engine/ports/agent.ts';
import { GATEWAY_ORIGIN } from '../../../engine/ports/sandbox.ts';

export type ReachedServer = { name: string } & (
  | { command: string; args: string[]; env: Record<string, string> }
  | { url: string }
);

const INSIDE = '/opt/gatehouse-mcp';
/** The Node that runs Gatehouse runs it too. */
const NODE = '/opt/gatehouse-mcp-node';
const EXTENSION = extname(import.meta.filename);
/** Relative to `src`, which is laid out in the sandbox as it is here: one imports the other. */
const PROGRAM = `adapters/agents/mcp/program/main${EXTENSION}`;
const FILES = [
  PROGRAM,
  `core/mcp-message${EXTENSION}`,
  `adapters/agents/api/program/read-lines${EXTENSION}`,
];
const SOURCES = join(import.meta.dirname, '../../..');

/** A server that is started in the sandbox is started behind our program, which asks before each call. */
export const reachedServers = ({ servers }: Pick<AgentRequest, 'servers'>): ReachedServer[] =>
  servers.map(server => {
    const { name } = server;
    if (server.kind === 'http') return { name, url: `${GATEWAY_ORIGIN}/mcp/${name}` };
    const { command, args, env } = server;
    const decide = `${GATEWAY_ORIGIN}/decide`;
    return {
      name,
      command: NODE,
      args: [`${INSIDE}/${PROGRAM}`, name, decide, command, ...args],
      env,
    };
  });

/** What has to be visible for them. */
export const bindsOfServers = ({ servers }: Pick<AgentRequest, 'servers'>): AgentLaunch['binds'] =>
  servers.some(({ kind }) => kind === 'stdio')
    ? [
        ...FILES.map(file => ({ from: join(SOURCES, file), to: `${INSIDE}/${file}` })),
        { from: process.execPath, to: NODE },
      ]
    : [];

/**
 * Whether a CLI's question about a call of this server's tools needs no answer of policy, because it is
 * asked where the call is made, with the arguments.
 */
export const isAskedLater = ({ servers }: Pick<AgentRequest, 'servers'>, server: string): boolean =>
  servers.some(({ name }) => name === server);
