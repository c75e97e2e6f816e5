/** The models' providers and the agents that call them: one row for each agent's adapter. */
import type { InstallOptions } from '../adapters/agents/install.ts';
import type { ProviderVariables } from '../config/provider.ts';
import type { AgentAdapter } from '../engine/ports/agent.ts';
import type { ModelRoute } from '../engine/ports/gateway.ts';

/** Settings, secrets, redaction, `gatehouse doctor`, the gateway's routes and the installer follow from a row. */
export type Provider = ProviderVariables & {
  /** What the agent speaks to the provider's API. */
  dialect: ModelRoute['dialect'];
  /** Installs the agent's CLI where it is missing. */
  install(options: InstallOptions): Promise<AgentAdapter>;
};

export const PROVIDERS: readonly Provider[] = [
  {
    adapter: 'codex',
    prefix: 'OPENAI',
    upstream: 'https://api.openai.com',
    dialect: 'openai-responses',
    // Loaded when it is used: most commands call no agent.
    install: async options =>
      (await import('../adapters/agents/codex/install.ts')).installCodex(options),
  },
];
