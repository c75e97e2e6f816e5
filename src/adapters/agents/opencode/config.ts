/**
 * What OpenCode, and Kilo that descends from it, are configured with: our gateway is the only provider,
 * every tool asks, what would pass by the questions is denied, and nothing is fetched.
 */
import type { AgentRequest } from '../../../engine/ports/agent.ts';
import type { ModelRoute } from '../../../engine/ports/gateway.ts';
import { GATEWAY_ORIGIN, SANDBOX_HOME } from '../../../engine/ports/sandbox.ts';

/** What it speaks; the APIs of plans are for the agents of their providers. */
type SupportedDialect = Exclude<ModelRoute['dialect'], 'chatgpt' | 'claude-plan'>;

/** The client for each API, which is part of the program, and the path that it expects its API at. */
const CLIENTS: Record<SupportedDialect, { npm: string; path: string }> = {
  anthropic: { npm: '@ai-sdk/anthropic', path: '/v1' },
  'openai-responses': { npm: '@ai-sdk/openai', path: '/v1' },
  'openai-chat': { npm: '@ai-sdk/openai-compatible', path: '/v1' },
  gemini: { npm: '@ai-sdk/google', path: '/v1beta' },
};

/** An endpoint of the operator's own has whatever models it has, so that a role names one of them. */
const MODELS: Partial<Record<SupportedDialect, string>> = {
  anthropic: 'claude-sonnet-4-5',
  'openai-responses': 'gpt-5.5',
  gemini: 'gemini-2.5-pro',
};

/** The API that is assumed where a run names no model. */
const USUAL: SupportedDialect = 'anthropic';

const supportedDialect = (dialect: ModelRoute['dialect']): SupportedDialect =>
  dialect === 'chatgpt' || dialect === 'claude-plan' ? USUAL : dialect;

export const defaultModel = (dialect: ModelRoute['dialect']): string | null =>
  MODELS[supportedDialect(dialect)] ?? null;

/** `more`: permissions of tools that only one of them has. */
export function configOf(
  { model, readOnly }: Pick<AgentRequest, 'model' | 'readOnly'>,
  more: Record<string, string> = {},
) {
  const dialect = supportedDialect(model?.dialect ?? USUAL);
  const name = model?.name ?? defaultModel(dialect) ?? 'none';
  const { npm, path } = CLIENTS[dialect];
  return {
    model: `gatehouse/${name}`,
    small_model: `gatehouse/${name}`,
    autoupdate: false,
    share: 'disabled',
    snapshot: false,
    lsp: false,
    formatter: false,
    enabled_providers: ['gatehouse'],
    // A title would be one more request to the model.
    agent: { title: { disable: true } },
    // A call that is denied ends neither the turn nor the run, and a tool of a server may take minutes.
    experimental: { continue_loop_on_deny: true, mcp_timeout: 600_000 },
    permission: {
      '*': 'ask',
      todowrite: 'allow',
      todoread: 'allow',
      // What can be read is the sandbox's affair; a write asks under its own name.
      external_directory: 'allow',
      doom_loop: 'deny',
      // A second agent's questions would reach nobody.
      task: 'deny',
      question: 'deny',
      skill: 'deny',
      websearch: 'deny',
      codesearch: 'deny',
      lsp: 'deny',
      plan_enter: 'deny',
      plan_exit: 'deny',
      ...more,
      ...(readOnly && { edit: 'deny' }),
    },
    provider: {
      gatehouse: {
        npm,
        name: 'gatehouse',
        options: { baseURL: `${GATEWAY_ORIGIN}${path}`, apiKey: 'kept-by-the-gateway' },
        models: {
          [name]: { name, tool_call: true, limit: { context: 200_000, output: 32_000 } },
        },
      },
    },
  };
}

/** `prefix`: what the names of its variables begin with. */
export function environmentOf(
  prefix: 'OPENCODE' | 'KILO',
  config: unknown,
): Record<string, string> {
  const off = [
    'AUTOUPDATE',
    'MODELS_FETCH',
    'LSP_DOWNLOAD',
    'SHARE',
    'PROJECT_CONFIG',
    'CLAUDE_CODE',
    'EXTERNAL_SKILLS',
    'DEFAULT_PLUGINS',
  ];
  return Object.assign(
    {
      [`${prefix}_CONFIG_CONTENT`]: JSON.stringify(config),
      [`${prefix}_PURE`]: '1',
      XDG_CONFIG_HOME: `${SANDBOX_HOME}/.config`,
      XDG_DATA_HOME: `${SANDBOX_HOME}/.local/share`,
      XDG_STATE_HOME: `${SANDBOX_HOME}/.local/state`,
      XDG_CACHE_HOME: `${SANDBOX_HOME}/.cache`,
      TMPDIR: '/tmp',
      LANG: 'C.UTF-8',
      TERM: 'dumb',
    },
    Object.fromEntries(off.map(what => [`${prefix}_DISABLE_${what}`, '1'])),
  );
}

/**
 * `AGENTS.md` of its own folder of settings holds the run's instructions. The package of plugins counts
 * as installed, so that nothing is fetched. `name`: of that folder.
 */
export function settingsFiles(name: string, instructions: string): Record<string, string> {
  const dependencies = { '@opencode-ai/plugin': '*', '@kilocode/plugin': '*' };
  const lock = { lockfileVersion: 3, packages: { '': { dependencies } } };
  return {
    [`.config/${name}/AGENTS.md`]: instructions,
    [`.config/${name}/node_modules/.keep`]: '',
    [`.config/${name}/package.json`]: JSON.stringify({ dependencies }),
    [`.config/${name}/package-lock.json`]: JSON.stringify(lock),
  };
}
