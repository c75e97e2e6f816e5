/** Google's Gemini CLI, over ACP. */
import { join } from 'node:path';
import { z } from 'zod';
import type { Usage } from '../../../core/agent-event.ts';
import type { AgentAdapter } from '../../../engine/ports/agent.ts';
import { GATEWAY_ORIGIN, SANDBOX_HOME, SANDBOX_WORK } from '../../../engine/ports/sandbox.ts';
import { classify } from '../acp/classify.ts';
import type { AcpCli } from '../acp/cli.ts';
import { FIRST_LINE } from '../acp/connection.ts';
import { splitName } from '../acp/questions.ts';
import { createAcpReader } from '../acp/reader.ts';
import { bindsOfServers } from '../mcp/servers.ts';
import { printedVersion, probeVersion } from '../probe.ts';
import { VOLATILE_TEXTS } from '../volatile.ts';
import { INSTRUCTIONS_FILE, POLICY, SETTINGS } from './settings.ts';

/** The version whose output was measured; another one is refused before it costs anything. */
export const GEMINI_VERSION = '0.61.0';
const DEFAULT_MODEL = 'gemini-2.5-pro';
/** What it reads of a repository: settings, hooks, servers, commands, rules and skills. */
const MASKS = ['.gemini/', '.agents/', '.geminiignore'];
const INSIDE = '/opt/gemini';
/** The Node that runs Gatehouse runs it too. */
const NODE = '/opt/gemini-node';
const POLICY_FILE = '.gatehouse/policy.toml';

/**
 * A session that is continued within the minute in which it began would be overwritten: its file is
 * named after both. So the file is named otherwise first, and found all the same.
 */
const SET_ASIDE = [
  ...['/bin/sh', '-c'],
  `for f in "$GEMINI_CLI_HOME"/.gemini/tmp/*/chats/session-2*; do
  [ ! -e "$f" ] || mv -n "$f" "\${f%/*}/session-kept-\${f##*/session-}"
done
exec "$@"`,
  'sh',
];

const count = z.number().int().nonnegative();
const Quota = z.object({
  _meta: z.object({
    quota: z.object({ token_count: z.object({ input_tokens: count, output_tokens: count }) }),
  }),
});

/** `installation`: the folder of its package. */
export function createGemini(options: { installation: string }): AgentAdapter {
  return {
    name: 'gemini',
    defaultModel: () => DEFAULT_MODEL,
    volatile: { fields: [], texts: VOLATILE_TEXTS },
    home: '.gemini/tmp',
    capabilities: { resume: true, readOnly: true, structured: true, usage: true },

    probe: () =>
      probeVersion({
        adapter: 'gemini',
        who: 'Gemini',
        cli: { version: GEMINI_VERSION, oldest: GEMINI_VERSION },
        read: () =>
          printedVersion(process.execPath, {
            before: [join(options.installation, 'bundle/gemini.js')],
            env: { GEMINI_CLI_NO_RELAUNCH: 'true' },
          }),
      }),

    launch(request) {
      const { instructions, model, session } = request;
      return {
        argv: [
          ...(session === null ? [] : SET_ASIDE),
          NODE,
          `${INSIDE}/bundle/gemini.js`,
          '--acp',
          '--skip-trust',
          ...['--approval-mode', 'default'],
          ...['--policy', `${SANDBOX_HOME}/${POLICY_FILE}`],
          ...['-m', model?.name ?? DEFAULT_MODEL],
        ],
        env: {
          GEMINI_CLI_HOME: SANDBOX_HOME,
          GEMINI_CLI_NO_RELAUNCH: 'true',
          GOOGLE_GEMINI_BASE_URL: GATEWAY_ORIGIN,
          TMPDIR: '/tmp',
          LANG: 'C.UTF-8',
          TERM: 'dumb',
        },
        homeFiles: {
          '.gemini/settings.json': JSON.stringify(SETTINGS),
          // Sessions are found by the name of the project, which it would choose anew.
          '.gemini/projects.json': JSON.stringify({ projects: { [SANDBOX_WORK]: 'work' } }),
          [`.gemini/${INSTRUCTIONS_FILE}`]: withoutImports(instructions),
          [POLICY_FILE]: POLICY,
        },
        stdin: { first: FIRST_LINE },
        masks: MASKS,
        binds: [
          { from: options.installation, to: INSIDE },
          { from: process.execPath, to: NODE },
          ...bindsOfServers(request),
        ],
      };
    },

    reader: (request, channel) => createAcpReader(GEMINI, request, channel),
  };
}

/** It would take `@name` for a file to put there, and a name that is none for a fault. */
const withoutImports = (text: string): string => text.replaceAll(/(?<!\S)@/g, '\\@');

/** How the names of tools of MCP servers begin. */
const MCP = 'mcp_';

const GEMINI: AcpCli = {
  who: 'Gemini',
  resumes: 'load',
  // The name of a call begins with that of its tool.
  mcpOf({ toolCallId }) {
    const name = toolCallId.split('__')[0] ?? '';
    return name.startsWith(MCP) ? splitName(name.slice(MCP.length)) : null;
  },
  toolOf: ({ toolCallId, kind }) => toolCallId.split('__')[0] || kind || 'tool',
  // The code of its errors is the HTTP status of the provider.
  classify: ({ code, message }) => classify(message, code >= 400 && code < 600 ? code : null),
  usageOf(result): Usage | null {
    const told = Quota.safeParse(result);
    if (!told.success) return null;
    const { input_tokens: input, output_tokens: output } = told.data._meta.quota.token_count;
    return { input, cached: 0, cacheWrite: 0, output, reasoning: 0 };
  },
  readStderr: () => null,
  mostTries: () => 1,
  takesServers: true,
  noticeIn: () => null,
  silentFailure: null,
  stopsAtDenials: false,
};
