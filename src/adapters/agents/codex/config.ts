/** Codex's `config.toml`: our gateway is its only provider, its own sandbox and all telemetry are off. */

import type { AgentRequest } from '../../../engine/ports/agent.ts';
import { GATEWAY_ORIGIN, SANDBOX_WORK } from '../../../engine/ports/sandbox.ts';
import { type ReachedServer, reachedServers } from '../mcp/servers.ts';

/**
 * Codex's own sandbox can't run inside ours. There is no key, because the gateway adds it. Retries are
 * few, because the engine decides when to try again. Nothing of the repository's own configuration is
 * read unless the project is trusted; its `AGENTS.md` never is, because the engine gives it.
 */
export function codexConfig(
  request: Pick<AgentRequest, 'model' | 'repositoryConfig' | 'servers'>,
  name: string,
): string {
  const { model, repositoryConfig } = request;
  const path = model?.dialect === 'chatgpt' ? '/backend-api/codex' : '/v1';
  return `model = ${JSON.stringify(name)}
model_provider = "gatehouse"
sandbox_mode = "danger-full-access"
check_for_update_on_startup = false
web_search = "disabled"
project_doc_max_bytes = 0

[model_providers.gatehouse]
name = "gatehouse"
base_url = "${GATEWAY_ORIGIN}${path}"
wire_api = "responses"
request_max_retries = 1
stream_max_retries = 2
stream_idle_timeout_ms = 300000

[projects."${SANDBOX_WORK}"]
trust_level = "${repositoryConfig ? 'trusted' : 'untrusted'}"

[agents]
enabled = false

[analytics]
enabled = false

[feedback]
enabled = false

[otel]
exporter = "none"
metrics_exporter = "none"
trace_exporter = "none"

[features]
plugins = false
apps = false
remote_plugin = false
goals = false
unified_exec_tty = false
unbounded_connection_retries = false

[shell_environment_policy]
inherit = "core"
ignore_default_excludes = false
${reachedServers(request).map(serverTable).join('')}`;
}

/** A tool may work as long as it may elsewhere. Texts of JSON are texts of TOML too. */
function serverTable({ name, ...server }: ReachedServer): string {
  const fields =
    'url' in server
      ? [['url', JSON.stringify(server.url)]]
      : [
          ['command', JSON.stringify(server.command)],
          ['args', JSON.stringify(server.args)],
          ...Object.entries(server.env).map(([key, value]) => [
            `env.${JSON.stringify(key)}`,
            JSON.stringify(value),
          ]),
        ];
  return `
[mcp_servers.${name}]
${fields.map(([key, value]) => `${key} = ${value}`).join('\n')}
startup_timeout_sec = 60
tool_timeout_sec = 600
`;
}
