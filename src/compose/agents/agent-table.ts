/** The agents that call a model: one row for each adapter. */
import type { CliAgent, OwnAgent } from '../../adapters/agents/install.ts';
import type { ModelRoute } from '../../engine/ports/gateway.ts';

export type Agent = {
  /** The adapter's name, as profiles name it. */
  adapter: string;
  /** What it can speak, what it prefers first: it calls the providers that speak one of them. */
  dialects: readonly ModelRoute['dialect'][];
  /** Loaded when it is used: most commands call no agent. */
  load(): Promise<CliAgent | OwnAgent>;
};

export const AGENTS: readonly Agent[] = [
  {
    adapter: 'codex',
    dialects: ['openai-responses', 'chatgpt'],
    load: async () => (await import('../../adapters/agents/codex/install.ts')).codex,
  },
  {
    adapter: 'claude',
    dialects: ['anthropic', 'claude-plan'],
    load: async () => (await import('../../adapters/agents/claude/install.ts')).claude,
  },
  {
    adapter: 'gemini',
    dialects: ['gemini'],
    load: async () => (await import('../../adapters/agents/gemini/install.ts')).gemini,
  },
  {
    adapter: 'opencode',
    dialects: ['anthropic', 'openai-responses', 'openai-chat', 'gemini'],
    load: async () => (await import('../../adapters/agents/opencode/install.ts')).opencode,
  },
  {
    adapter: 'kilo',
    dialects: ['anthropic', 'openai-responses', 'openai-chat', 'gemini'],
    load: async () => (await import('../../adapters/agents/kilo/install.ts')).kilo,
  },
  {
    adapter: 'copilot',
    dialects: ['openai-responses', 'anthropic', 'openai-chat'],
    load: async () => (await import('../../adapters/agents/copilot/install.ts')).copilot,
  },
  {
    adapter: 'api',
    dialects: ['anthropic', 'openai-responses', 'gemini', 'openai-chat'],
    load: async () => (await import('../../adapters/agents/api/install.ts')).api,
  },
];
