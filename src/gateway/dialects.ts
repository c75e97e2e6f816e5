/** The dialects of model providers: their paths, credential header, usage and error format. */
import type { Usage } from '../core/agent-event.ts';
import type { ModelRoute } from '../engine/ports/gateway.ts';
import { toCount, toList, toText, valueAt } from './json-values.ts';

type TokenCount = {
  /** The figures in this event; those of a later event replace them one by one. */
  usage: Partial<Usage>;
  /** `false` where later events will have higher figures. */
  final: boolean;
};

export type Dialect = {
  /** Whether a path costs tokens (`metered`) or not (`free`); `null` refuses it. */
  endpoint(method: string, path: string): 'metered' | 'free' | null;
  credential(secret: string): Record<string, string>;
  /** Request headers that are forwarded, besides content-type, accept and user-agent. */
  headers: string[];
  /** Adds a request for usage where the provider does not report it otherwise. */
  prepare(body: Record<string, unknown>): Record<string, unknown>;
  usage(event: unknown): TokenCount | null;
  /** The generated text, by which the usage of a truncated response is estimated. */
  text(event: unknown): string;
  error(status: number, code: string, message: string): unknown;
};

const unchanged = (body: Record<string, unknown>) => body;
const bearer = (secret: string) => ({ authorization: `Bearer ${secret}` });

const openaiError = (_status: number, code: string, message: string) => ({
  error: { message, type: code, code, param: null },
});

const openaiResponses: Dialect = {
  endpoint: (method, path) => {
    if (method === 'POST' && path === '/v1/responses') return 'metered';
    return method === 'GET' && path === '/v1/models' ? 'free' : null;
  },
  credential: bearer,
  headers: ['openai-beta', 'originator'],
  prepare: unchanged,
  usage: event => {
    const usage = valueAt(event, 'response', 'usage') ?? valueAt(event, 'usage');
    if (typeof usage !== 'object' || usage === null) return null;
    const cached = toCount(valueAt(usage, 'input_tokens_details', 'cached_tokens'));
    const cacheWrite = toCount(valueAt(usage, 'input_tokens_details', 'cache_write_tokens'));
    return {
      final: true,
      usage: {
        input: Math.max(0, toCount(valueAt(usage, 'input_tokens')) - cached - cacheWrite),
        cached,
        cacheWrite,
        output: toCount(valueAt(usage, 'output_tokens')),
        reasoning: toCount(valueAt(usage, 'output_tokens_details', 'reasoning_tokens')),
      },
    };
  },
  text: event => toText(valueAt(event, 'delta')),
  error: openaiError,
};

const openaiChat: Dialect = {
  endpoint: (method, path) => {
    if (method === 'POST' && path === '/v1/chat/completions') return 'metered';
    return method === 'GET' && path === '/v1/models' ? 'free' : null;
  },
  credential: bearer,
  headers: ['openai-beta'],
  prepare: body =>
    body.stream === true ? { ...body, stream_options: { include_usage: true } } : body,
  usage: event => {
    const usage = valueAt(event, 'usage');
    if (typeof usage !== 'object' || usage === null) return null;
    const cached = toCount(valueAt(usage, 'prompt_tokens_details', 'cached_tokens'));
    return {
      final: true,
      usage: {
        input: Math.max(0, toCount(valueAt(usage, 'prompt_tokens')) - cached),
        cached,
        output: toCount(valueAt(usage, 'completion_tokens')),
        reasoning: toCount(valueAt(usage, 'completion_tokens_details', 'reasoning_tokens')),
      },
    };
  },
  text: event =>
    toList(valueAt(event, 'choices'))
      .flatMap(choice => [
        toText(valueAt(choice, 'delta', 'content')),
        ...toList(valueAt(choice, 'delta', 'tool_calls')).map(call =>
          toText(valueAt(call, 'function', 'arguments')),
        ),
      ])
      .join(''),
  error: openaiError,
};

const anthropic: Dialect = {
  endpoint: (method, path) => {
    if (method === 'POST' && path === '/v1/messages') return 'metered';
    if (method === 'POST' && path === '/v1/messages/count_tokens') return 'free';
    return method === 'GET' && path === '/v1/models' ? 'free' : null;
  },
  credential: secret => ({ 'x-api-key': secret }),
  headers: ['anthropic-version', 'anthropic-beta'],
  prepare: unchanged,
  usage: event => {
    const usage = valueAt(event, 'message', 'usage') ?? valueAt(event, 'usage');
    if (typeof usage !== 'object' || usage === null) return null;
    // Anthropic's input excludes tokens that were read from or written to the cache.
    const reported: Partial<Usage> = {};
    const figures = {
      input: 'input_tokens',
      cached: 'cache_read_input_tokens',
      cacheWrite: 'cache_creation_input_tokens',
      output: 'output_tokens',
    } as const;
    for (const [figure, field] of Object.entries(figures))
      if (typeof valueAt(usage, field) === 'number')
        reported[figure as keyof typeof figures] = toCount(valueAt(usage, field));
    return { usage: reported, final: valueAt(event, 'type') !== 'message_start' };
  },
  text: event =>
    toText(valueAt(event, 'delta', 'text')) +
    toText(valueAt(event, 'delta', 'partial_json')) +
    toText(valueAt(event, 'delta', 'thinking')),
  error: (status, code, message) => ({
    type: 'error',
    error: { type: status === 429 ? 'rate_limit_error' : code, message },
  }),
};

const gemini: Dialect = {
  endpoint: (method, path) => {
    if (method === 'GET' && path === '/v1beta/models') return 'free';
    const verb = /^\/v1beta\/models\/[\w.-]+:(\w+)$/.exec(path)?.[1];
    if (method !== 'POST') return null;
    if (verb === 'generateContent' || verb === 'streamGenerateContent') return 'metered';
    return verb === 'countTokens' ? 'free' : null;
  },
  credential: secret => ({ 'x-goog-api-key': secret }),
  headers: ['x-goog-api-client'],
  prepare: unchanged,
  usage: event => {
    const usage = valueAt(event, 'usageMetadata');
    if (typeof usage !== 'object' || usage === null) return null;
    const cached = toCount(valueAt(usage, 'cachedContentTokenCount'));
    const reasoning = toCount(valueAt(usage, 'thoughtsTokenCount'));
    return {
      final: toList(valueAt(event, 'candidates')).some(
        one => toText(valueAt(one, 'finishReason')) !== '',
      ),
      usage: {
        input: Math.max(0, toCount(valueAt(usage, 'promptTokenCount')) - cached),
        cached,
        // Gemini's output excludes reasoning tokens.
        output: toCount(valueAt(usage, 'candidatesTokenCount')) + reasoning,
        reasoning,
      },
    };
  },
  text: event =>
    toList(valueAt(event, 'candidates'))
      .flatMap(one => toList(valueAt(one, 'content', 'parts')))
      .map(part => toText(valueAt(part, 'text')))
      .join(''),
  error: (status, code, message) => ({
    error: { code: status, message, status: status === 429 ? 'RESOURCE_EXHAUSTED' : code },
  }),
};

export const DIALECTS: Record<ModelRoute['dialect'], Dialect> = {
  'openai-responses': openaiResponses,
  'openai-chat': openaiChat,
  anthropic,
  gemini,
};
