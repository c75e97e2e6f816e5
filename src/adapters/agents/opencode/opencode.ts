/** OpenCode, over ACP. */
import { dirname } from 'node:path';
import type { AgentAdapter } from '../../../engine/ports/agent.ts';
import { FIRST_LINE } from '../acp/connection.ts';
import { createAcpReader } from '../acp/reader.ts';
import { bindsOfServers } from '../mcp/servers.ts';
import { printedVersion, probeVersion } from '../probe.ts';
import { configOf, defaultModel, environmentOf, settingsFiles } from './config.ts';
import { opencodeCli, VOLATILE } from './dialect.ts';

/** The version whose output was measured; another one is refused before it costs anything. */
export const OPENCODE_VERSION = '1.18.33';
/** It runs plugins of a repository whatever its switches say, and reads settings, agents and skills. */
const MASKS = ['.opencode/', 'opencode.json', 'opencode.jsonc', '.claude/', '.agents/'];
const INSIDE = '/opt/opencode';

/** `binary`: its program for this machine. */
export function createOpencode({ binary }: { binary: string }): AgentAdapter {
  return {
    name: 'opencode',
    defaultModel,
    volatile: VOLATILE,
    home: '.local/share/opencode',
    capabilities: { resume: true, readOnly: true, structured: true, usage: false },

    probe: () =>
      probeVersion({
        adapter: 'opencode',
        who: 'OpenCode',
        cli: { version: OPENCODE_VERSION, oldest: OPENCODE_VERSION },
        read: () => printedVersion(binary),
      }),

    launch: request => ({
      argv: [`${INSIDE}/opencode`, 'acp', '--pure', '--print-logs', '--log-level', 'ERROR'],
      env: environmentOf('OPENCODE', configOf(request)),
      homeFiles: settingsFiles('opencode', request.instructions),
      stdin: { first: FIRST_LINE },
      masks: MASKS,
      binds: [{ from: dirname(binary), to: INSIDE }, ...bindsOfServers(request)],
    }),

    reader: (request, channel) => createAcpReader(OPENCODE, request, channel),
  };
}

const OPENCODE = opencodeCli('OpenCode', () => 2);
