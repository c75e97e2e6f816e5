/** Anthropic's Claude Code, headless: it converses by JSON lines, and asks before every call of a tool. */
import { join } from 'node:path';
import type { AgentAdapter, AgentRequest } from '../../../engine/ports/agent.ts';
import { GATEWAY_ORIGIN, SANDBOX_HOME } from '../../../engine/ports/sandbox.ts';
import { bindsOfServers, reachedServers } from '../mcp/servers.ts';
import { printedVersion, probeVersion } from '../probe.ts';
import { VOLATILE_TEXTS } from '../volatile.ts';
import { userMessage } from './control.ts';
import { createClaudeReader } from './reader.ts';
import { SETTINGS, toolsOf } from './settings.ts';

/** The version whose output was measured; another one is refused before it costs anything. */
export const CLAUDE_VERSION = '2.1.329';
/** What this version calls "generally recommended for most coding tasks". */
const DEFAULT_MODEL = 'claude-sonnet-5-5';
/** What it reads of a repository, besides `CLAUDE.md` that a variable turns off: settings, hooks, skills, agents, rules, servers. */
const MASKS = ['.claude/', '.mcp.json'];
const INSIDE = '/opt/claude';
const SETTINGS_FILE = '.claude/gatehouse.json';
const INSTRUCTIONS_FILE = '.gatehouse/instructions.md';
const SERVERS_FILE = '.gatehouse/mcp.json';

/** `installation`: the folder that holds the program `claude`. */
export function createClaude(options: { installation: string }): AgentAdapter {
  const binary = join(options.installation, 'claude');
  return {
    name: 'claude',
    defaultModel: () => DEFAULT_MODEL,
    volatile: {
      fields: ['metadata.user_id'],
      // Its version ends with a checksum of the prompt.
      texts: [...VOLATILE_TEXTS, /\bcc_version=[\w.]{1,40}/g],
    },
    home: '.claude/projects',
    capabilities: { resume: true, readOnly: true, structured: true, usage: true },

    probe: () =>
      probeVersion({
        adapter: 'claude',
        who: 'Claude Code',
        cli: { version: CLAUDE_VERSION, oldest: CLAUDE_VERSION },
        read: () => printedVersion(binary),
      }),

    launch(request) {
      const { instructions, prompt, model, session, outputSchema } = request;
      return {
        argv: [
          `${INSIDE}/claude`,
          '--print',
          ...['--input-format', 'stream-json', '--output-format', 'stream-json', '--verbose'],
          ...['--permission-prompt-tool', 'stdio', '--permission-mode', 'manual'],
          ...['--settings', `${SANDBOX_HOME}/${SETTINGS_FILE}`, '--setting-sources', ''],
          ...['--append-system-prompt-file', `${SANDBOX_HOME}/${INSTRUCTIONS_FILE}`],
          ...['--strict-mcp-config', '--mcp-config', `${SANDBOX_HOME}/${SERVERS_FILE}`],
          '--disable-slash-commands',
          ...['--tools', toolsOf(request).join(',')],
          ...['--model', model?.name ?? DEFAULT_MODEL],
          ...(outputSchema === null ? [] : ['--json-schema', schemaText(outputSchema)]),
          ...(session === null ? [] : ['--resume', session]),
        ],
        env: ENVIRONMENT,
        homeFiles: {
          [SETTINGS_FILE]: SETTINGS,
          [INSTRUCTIONS_FILE]: instructions,
          [SERVERS_FILE]: serversText(request),
        },
        stdin: { first: userMessage(prompt) },
        masks: MASKS,
        binds: [{ from: options.installation, to: INSIDE }, ...bindsOfServers(request)],
      };
    },

    reader: createClaudeReader,
  };
}

const serversText = (request: AgentRequest): string =>
  JSON.stringify({
    mcpServers: Object.fromEntries(
      reachedServers(request).map(({ name, ...server }) => [
        name,
        'url' in server ? { type: 'http', url: server.url } : { type: 'stdio', ...server },
      ]),
    ),
  });

/** Claude Code knows no schema of schemas by its name, and refuses one that names it. */
const schemaText = ({ $schema: _, ...schema }: Record<string, unknown>): string =>
  JSON.stringify(schema);

/**
 * CLAUDE_CODE_SUBPROCESS_ENV_SCRUB is left out on purpose: there is no key to hide, and with it Claude
 * Code would build a sandbox of its own, for which it lays empty files into the work tree.
 */
const ENVIRONMENT = {
  CLAUDE_CONFIG_DIR: `${SANDBOX_HOME}/.claude`,
  CLAUDE_CODE_TMPDIR: '/tmp',
  TMPDIR: '/tmp',
  LANG: 'C.UTF-8',
  TERM: 'dumb',
  ANTHROPIC_BASE_URL: GATEWAY_ORIGIN,
  // Few, because the engine decides when to try again.
  CLAUDE_CODE_MAX_RETRIES: '1',
  CLAUDE_CODE_DISABLE_NONSTREAMING_FALLBACK: '1',
  CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
  DISABLE_AUTOUPDATER: '1',
  DISABLE_TELEMETRY: '1',
  DISABLE_ERROR_REPORTING: '1',
  // It tells no folder with a command: each begins in the work tree, wherever the one before went.
  CLAUDE_BASH_MAINTAIN_PROJECT_WORKING_DIR: '1',
  // A command that goes on after the answer would outlive what was judged.
  CLAUDE_CODE_DISABLE_BACKGROUND_TASKS: '1',
  // The prompt is on disk before the model is called, so that a run that is stopped can be continued.
  CLAUDE_CODE_EAGER_FLUSH: '1',
  // With them, `@path` in what a stranger wrote would be read, and put before the prompt, unasked.
  CLAUDE_CODE_DISABLE_ATTACHMENTS: '1',
  CLAUDE_CODE_DISABLE_AUTO_MEMORY: '1',
  CLAUDE_CODE_DISABLE_CLAUDE_MDS: '1',
  ENABLE_TOOL_SEARCH: 'false',
};
