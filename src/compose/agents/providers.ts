/** The APIs of models: one row for each provider. Settings, secrets, redaction and the routes of the gateway follow from it. */
import type { ProviderVariables } from '../../config/provider-variables.ts';
import type { ModelRoute } from '../../engine/ports/gateway.ts';

export type Provider = ProviderVariables & {
  /** What its API speaks. */
  dialects: readonly ModelRoute['dialect'][];
};

export const PROVIDERS: readonly Provider[] = [
  {
    name: 'openai',
    prefix: 'OPENAI',
    upstream: 'https://api.openai.com',
    form: { begins: /^sk-(?!ant-)[\w-]{16}/, words: "a key of OpenAI's API" },
    otherNames: ['CODEX_API_KEY', 'OPENAI_KEY', 'OPENAI_TOKEN'],
    dialects: ['openai-responses', 'openai-chat'],
  },
  {
    name: 'anthropic',
    prefix: 'ANTHROPIC',
    upstream: 'https://api.anthropic.com',
    form: { begins: /^sk-ant-(?!oat)[\w-]{16}/, words: "a key of Anthropic's API" },
    otherNames: ['ANTHROPIC_AUTH_TOKEN', 'ANTHROPIC_KEY', 'CLAUDE_API_KEY'],
    dialects: ['anthropic'],
  },
  {
    // The owner of a Claude subscription, by the token that `claude setup-token` prints.
    name: 'claude-plan',
    prefix: 'CLAUDE_CODE',
    credential: 'OAUTH_TOKEN',
    insteadOf: 'anthropic',
    upstream: 'https://api.anthropic.com',
    form: { begins: /^sk-ant-oat[\w-]{16}/, words: 'the token of a Claude subscription' },
    otherNames: ['ANTHROPIC_OAUTH_TOKEN', 'CLAUDE_OAUTH_TOKEN'],
    dialects: ['claude-plan'],
  },
  {
    name: 'gemini',
    prefix: 'GEMINI',
    upstream: 'https://generativelanguage.googleapis.com',
    form: { begins: /^AIza[\w-]{16}/, words: 'a key of Google AI Studio' },
    otherNames: ['GOOGLE_API_KEY', 'GOOGLE_GENERATIVE_AI_API_KEY', 'GOOGLE_GEMINI_API_KEY'],
    dialects: ['gemini'],
  },
  {
    // The owner of a plan, by the token that Codex gets when a person signs in.
    name: 'chatgpt',
    prefix: 'CHATGPT',
    upstream: 'https://chatgpt.com',
    form: {
      begins: /^eyJ[\w-]+\.[\w-]+\.[\w-]+$/,
      words: "the access token of a ChatGPT plan's auth.json",
    },
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
