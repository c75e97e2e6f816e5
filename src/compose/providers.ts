/** The APIs of models: one row for each provider. Settings, secrets, redaction and the routes of the gateway follow from it. */
import type { ProviderVariables } from '../config/provider.ts';
import type { ModelRoute } from '../engine/ports/gateway.ts';

export type Provider = ProviderVariables & {
  /** What its API speaks. */
  dialects: readonly ModelRoute['dialect'][];
};

export const PROVIDERS: readonly Provider[] = [
  {
    name: 'openai',
    prefix: 'OPENAI',
    upstream: 'https://api.openai.com',
    dialects: ['openai-responses', 'openai-chat'],
  },
  {
    name: 'anthropic',
    prefix: 'ANTHROPIC',
    upstream: 'https://api.anthropic.com',
    dialects: ['anthropic'],
  },
  {
    // The owner of a Claude subscription, by the token that `claude setup-token` prints.
    name: 'claude-plan',
    prefix: 'CLAUDE_CODE',
    credential: 'OAUTH_TOKEN',
    insteadOf: 'anthropic',
    upstream: 'https://api.anthropic.com',
    dialects: ['claude-plan'],
  },
  {
    name: 'gemini',
    prefix: 'GEMINI',
    upstream: 'https://generativelanguage.googleapis.com',
    dialects: ['gemini'],
  },
  {
    // The owner of a plan, by the token that Codex gets when a person signs in.
    name: 'chatgpt',
    prefix: 'CHATGPT',
    upstream: 'https://chatgpt.com',
    dialects: ['chatgpt'],
  },
  {
    // LiteLLM, vLLM, Ollama and others, on a machine of the operator's own.
    name: 'openai-compatible',
    prefix: 'OPENAI_COMPATIBLE',
    upstream: null,
    dialects: ['openai-chat'],
  },
];
