/** GitHub's Copilot CLI, over ACP, with a model of the operator's own provider: it needs no account of GitHub. */
import { dirname, join } from 'node:path';
import type { AgentAdapter, AgentRequest } from '../../../engine/ports/agent.ts';
import type { ModelRoute } from '../../../engine/ports/gateway.ts';
import { GATEWAY_ORIGIN, SANDBOX_HOME } from '../../../engine/ports/sandbox.ts';
import { FIRST_LINE } from '../acp/connection.ts';
import { createAcpReader } from '../acp/reader.ts';
import { bindsOfServers, reachedServers } from '../mcp/servers.ts';
import { printedVersion, probeVersion } from '../probe.ts';
import { VOLATILE_TEXTS } from '../volatile.ts';
import { compiledEnvironment, keepCompiled } from './compiled.ts';
import { copilotCli } from './dialect.ts';

/** The version whose output was measured; another version is refused before it costs anything. */
export const COPILOT_VERSION = '1.0.102';
const INSIDE = '/opt/copilot';
/** Holds the 235 MB that the program would unpack into its home at each start. */
const UNPACKED = '/opt/copilot-unpacked';

/** The files of a repository that Copilot reads as configuration. */
const MASKS = [
  ...['copilot/', 'hooks/', 'instructions/', 'skills/', 'agents/', 'prompts/', 'extensions/'],
  ...['plugin/', 'plugin.json', 'copilot-instructions.md', 'mcp.json', 'lsp.json'],
]
  .map(name => `.github/${name}`)
  .concat('.copilot/', '.claude/', '.claude-plugin/', '.agents/', '.mcp.json', '.vscode/mcp.json');

type SupportedDialect = 'anthropic' | 'openai-responses' | 'openai-chat';

/** An endpoint of the operator's own has whatever models it has, so that a role names one of them. */
const MODELS: Partial<Record<SupportedDialect, string>> = {
  anthropic: 'claude-sonnet-4.5',
  'openai-responses': 'gpt-5.5',
};

const supportedDialect = (dialect: ModelRoute['dialect'] | undefined): SupportedDialect =>
  dialect === 'anthropic' || dialect === 'openai-chat' ? dialect : 'openai-responses';

/** `binary`: Copilot's program for this machine. `unpacked`: the folder that it unpacks into. */
export function createCopilot(options: { binary: string; unpacked: string }): AgentAdapter {
  const { binary, unpacked } = options;
  return {
    name: 'copilot',
    defaultModel: dialect => MODELS[supportedDialect(dialect)] ?? null,
    volatile: { fields: ['prompt_cache_key', 'metadata.user_id'], texts: VOLATILE_TEXTS },
    home: '.copilot/session-state',
    capabilities: { resume: true, readOnly: true, structured: true, usage: true },

    probe: () =>
      probeVersion({
        adapter: 'copilot',
        who: 'Copilot',
        cli: { version: COPILOT_VERSION, oldest: COPILOT_VERSION },
        // Its first start unpacks its parts into the folder, whole or not at all.
        async read() {
          const env = { COPILOT_CACHE_HOME: unpacked, HOME: unpacked };
          const version = await printedVersion(binary, { env });
          if (version === COPILOT_VERSION) await keepCompiled(binary, unpacked);
          return version;
        },
      }),

    launch: request => ({
      argv: [
        `${INSIDE}/copilot`,
        '--acp',
        ...['--no-auto-update', '--no-ask-user', '--no-custom-instructions', '--no-remote'],
        ...['--disable-builtin-mcps', '--no-experimental'],
        ...['--available-tools', ...toolsOf(request)],
      ],
      env: environmentOf(request.model),
      homeFiles: {
        '.copilot/settings.json': JSON.stringify(SETTINGS),
        '.copilot/mcp-config.json': JSON.stringify({ mcpServers: serversOf(request) }),
      },
      stdin: { first: FIRST_LINE },
      masks: MASKS,
      binds: [
        { from: dirname(binary), to: INSIDE },
        { from: unpacked, to: UNPACKED },
        ...bindsOfServers(request),
      ],
    }),

    reader: (request, channel) =>
      createAcpReader(copilotCli(request), instructed(request), channel),
  };
}

/** The names of Copilot's own tools. Subagents, its database and its memory are left out. */
function toolsOf({ tools, readOnly, servers }: AgentRequest): string[] {
  const names = [
    ...(tools.includes('read') ? ['view', 'rg', 'grep', 'glob'] : []),
    ...(tools.includes('edit') && !readOnly ? ['apply_patch', 'edit', 'create'] : []),
    ...(tools.includes('shell') ? ['bash', 'read_bash', 'stop_bash'] : []),
    // Every tool of a server is available, because policy decides each call.
    ...servers.map(({ name }) => name),
  ];
  return names.length > 0 ? names : ['none'];
}

/** The servers stand in its settings, because over ACP Copilot takes only servers that run already. */
const serversOf = (request: AgentRequest): Record<string, unknown> =>
  Object.fromEntries(
    reachedServers(request).map(({ name, ...server }) => [
      name,
      { type: 'url' in server ? 'http' : 'local', tools: ['*'], ...server },
    ]),
  );

/** The settings in Copilot's home; those of a repository are masked. */
const SETTINGS = { disableAllHooks: true, memory: false, includeCoAuthoredBy: false };

function environmentOf(model: AgentRequest['model']): Record<string, string> {
  const dialect = supportedDialect(model?.dialect);
  return {
    COPILOT_HOME: join(SANDBOX_HOME, '.copilot'),
    COPILOT_CACHE_HOME: UNPACKED,
    ...compiledEnvironment(UNPACKED),
    // It connects to the provider alone: no sign-in, no telemetry, no updates, no tools of GitHub.
    COPILOT_OFFLINE: 'true',
    COPILOT_DISABLE_LOGIN_SHELL_ENV: '1',
    COPILOT_PROVIDER_BASE_URL: `${GATEWAY_ORIGIN}${dialect === 'anthropic' ? '' : '/v1'}`,
    COPILOT_PROVIDER_TYPE: dialect === 'anthropic' ? 'anthropic' : 'openai',
    COPILOT_PROVIDER_WIRE_API: dialect === 'openai-responses' ? 'responses' : 'completions',
    COPILOT_MODEL: model?.name ?? MODELS[dialect] ?? 'none',
    USE_TGREP: 'false',
    TMPDIR: '/tmp',
    LANG: 'C.UTF-8',
    TERM: 'dumb',
    NO_COLOR: '1',
  };
}

/**
 * Puts the instructions before the first prompt: over ACP, Copilot takes no instructions but those of a
 * repository, which are switched off. A session that is continued has them already.
 */
const instructed = (request: AgentRequest): AgentRequest =>
  request.session === null
    ? { ...request, prompt: `${request.instructions}\n\n${request.prompt}` }
    : request;
