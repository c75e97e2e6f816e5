/** OpenAI's Codex CLI, by its app-server: JSON-RPC over stdio, in which it asks before it acts. */
import { join } from 'node:path';
import type { AgentAdapter, AgentRequest } from '../../../engine/ports/agent.ts';
import { SANDBOX_HOME } from '../../../engine/ports/sandbox.ts';
import { bindsOfServers } from '../mcp/servers.ts';
import { printedVersion, probeVersion } from '../probe.ts';
import { VOLATILE_TEXTS } from '../volatile.ts';
import { codexConfig } from './config.ts';
import { createCodexReader } from './reader.ts';
import { initialize } from './requests.ts';

/** The version whose output was measured; another one is refused before it costs anything. */
export const CODEX_VERSION = '0.169.0';
/** A model that this version knows, because it gives unknown models no tool to edit files. */
const DEFAULT_MODEL = 'gpt-5.5';
/** What it reads of a repository: settings, hooks, rules and skills. Its setting for `AGENTS.md` is 0 bytes. */
const MASKS = ['.codex/', '.agents/'];
const INSIDE = '/opt/codex';

/** `installation`: the folder that holds `bin/codex` and its companions. */
export function createCodex(options: { installation: string }): AgentAdapter {
  const binary = join(options.installation, 'bin', 'codex');
  return {
    name: 'codex',
    defaultModel: () => DEFAULT_MODEL,
    volatile: {
      // It tells MCP servers as well when its turn began.
      fields: ['prompt_cache_key', 'client_metadata', 'params._meta.x-codex-turn-metadata'],
      texts: [...VOLATILE_TEXTS, /\bChunk ID: [0-9a-f]{1,16}\b/g],
    },
    home: '.codex/sessions',
    capabilities: { resume: true, readOnly: true, structured: true, usage: true },

    probe: () =>
      probeVersion({
        adapter: 'codex',
        who: 'Codex',
        cli: { version: CODEX_VERSION, oldest: CODEX_VERSION },
        read: () => printedVersion(binary),
      }),

    launch(request) {
      return {
        argv: [`${INSIDE}/bin/codex`, 'app-server'],
        env: {
          CODEX_HOME: `${SANDBOX_HOME}/.codex`,
          TMPDIR: '/tmp',
          LANG: 'C.UTF-8',
          TERM: 'dumb',
          NO_COLOR: '1',
        },
        homeFiles: {
          '.codex/config.toml': codexConfig(request, modelOf(request)),
        },
        stdin: { first: initialize() },
        masks: MASKS,
        binds: [{ from: options.installation, to: INSIDE }, ...bindsOfServers(request)],
      };
    },

    reader: (request, channel) => createCodexReader(request, channel, modelOf(request)),
  };
}

const modelOf = ({ model }: AgentRequest): string => model?.name ?? DEFAULT_MODEL;
