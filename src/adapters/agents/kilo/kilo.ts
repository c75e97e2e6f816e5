/** Kilo, over ACP. It descends from OpenCode and is configured as that is. */
import { dirname } from 'node:path';
import type { AgentAdapter } from '../../../engine/ports/agent.ts';
import { FIRST_LINE } from '../acp/connection.ts';
import { createAcpReader } from '../acp/reader.ts';
import { bindsOfServers } from '../mcp/servers.ts';
import { configOf, defaultModel, environmentOf, settingsFiles } from '../opencode/config.ts';
import { opencodeCli, VOLATILE } from '../opencode/dialect.ts';
import { printedVersion, probeVersion } from '../probe.ts';

/** The version whose output was measured; another one is refused before it costs anything. */
export const KILO_VERSION = '7.7.7';
/** What it reads of a repository; rules are read whatever its switches say. */
const MASKS = [
  ...['.kilo/', '.kilocode/', '.kilocodemodes', '.kilocoderules', 'kilo.json', 'kilo.jsonc'],
  ...['.opencode/', 'opencode.json', 'opencode.jsonc', '.claude/', '.agents/'],
];
const INSIDE = '/opt/kilo';

/** `binary`: its program for this machine. */
export function createKilo({ binary }: { binary: string }): AgentAdapter {
  return {
    name: 'kilo',
    defaultModel,
    volatile: VOLATILE,
    home: '.local/share/kilo',
    capabilities: { resume: true, readOnly: true, structured: true, usage: false },

    probe: () =>
      probeVersion({
        adapter: 'kilo',
        who: 'Kilo',
        cli: { version: KILO_VERSION, oldest: KILO_VERSION },
        read: () => printedVersion(binary),
      }),

    launch: request => ({
      argv: [`${INSIDE}/kilo`, 'acp', '--pure', '--print-logs', '--log-level', 'ERROR'],
      env: Object.assign(environmentOf('KILO', configOf(request, DENIED)), {
        KILO_TELEMETRY_LEVEL: 'off',
        KILO_SESSION_RETRY_LIMIT: '1',
        KILO_DISABLE_SESSION_INGEST: '1',
        KILO_DISABLE_PRESENCE: '1',
        KILO_DISABLE_CODEBASE_INDEXING: '1',
        KILO_NO_DAEMON: '1',
      }),
      homeFiles: settingsFiles('kilo', request.instructions),
      stdin: { first: FIRST_LINE },
      masks: MASKS,
      binds: [{ from: dirname(binary), to: INSIDE }, ...bindsOfServers(request)],
    }),

    reader: (request, channel) => createAcpReader(KILO, request, channel),
  };
}

/** Tools that act later or elsewhere than in the call that asks. */
const DENIED = {
  background_process: 'deny',
  schedule_wakeup: 'deny',
  cancel_wakeup: 'deny',
  board_post: 'deny',
  board_read: 'deny',
  kilo_local_recall: 'deny',
};

/** Where a connection fails, it would wait for a person to say that the network is back. */
const KILO = opencodeCli('Kilo', failure => (failure.class === 'transport' ? 1 : 2));
