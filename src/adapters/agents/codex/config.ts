/** Codex's `config.toml`: our gateway is its only provider, its own sandbox and all telemetry are off. */
import type { AgentRequest } from '../../../engine/ports/agent.ts';
import { GATEWAY_ORIGIN, SANDBOX_WORK } from '../../../engine/ports/sandbox.ts';

/**
 * Codex's own sandbox can't run inside ours. There is no key, because the gateway adds it. Retries are
 * few, because the engine decides when to try again. Nothing of the repository's own configuration is
 * read unless the project is trusted; its `AGENTS.md` never is, because the engine gives it.
 */
export function codexConfig(
  { model, repositoryConfig }: Pick<AgentRequest, 'model' | 'repositoryConfig'>,
  name: string,
): string {
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
`;
}
