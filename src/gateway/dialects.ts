/** What the dialects of model providers differ in: paths, credential, usage, the shape of an error. */
import type { Usage } from '../core/agent-event.ts';
import type { ModelRoute } from '../engine/ports/gateway.ts';
import { at, count, list, string } from './pick.ts';

export type Counted = {
  /** What this event says; a later event overrides an earlier one, figure by figure. */
  usage: Partial<Usage>;
  /** False where the figures still grow. */
  final: boolean;
};

export type Dialect = {
  /** What a path is: `metered` costs tokens, `free` does not, `null` is refused. */
  endpoint(method: string, path: string): 'metered' | 'free' | null;
  credential(secret: string): Record<string, string>;
  /** Request headers that are passed on, besides content-type, accept and user-agent. */
  headers: string[];
  /** Asks for usage where it is not given unasked. */
  prepare(body: Record<string, unknown>): Record<string, unknown>;
  usage(event: unknown): Counted | null;
  /** Generated text: what an answer cut before its usage is estimated by. */
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
    const usage = at(event, 'response', 'usage') ?? at(event, 'usage');
    if (typeof usage !== 'object' || usage === null) return null;
    const cached = count(at(usage, 'input_tokens_details', 'cached_tokens'));
    const cacheWrite = count(at(usage, 'input_tokens_details', 'cache_write_tokens'));
    return {
      final: true,
      usage: {
        input: Math.max(0, count(at(usage, 'input_tokens')) - cached - cacheWrite),
        cached,
        cacheWrite,
        output: count(at(usage, 'output_tokens')),
        reasoning: count(at(usage, 'output_tokens_details', 'reasoning_tokens')),
      },
    };
  },
  text: event => string(at(event, 'delta')),
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
    const usage = at(event, 'usage');
    if (typeof usage !== 'object' || usage === null) return null;
    const cached = count(at(usage, 'prompt_tokens_details', 'cached_tokens'));
    return {
      final: true,
      usage: {
        input: Math.max(0, count(at(usage, 'prompt_tokens')) - cached),
        cached,
        output: count(at(usage, 'completion_tokens')),
        reasoning: count(at(usage, 'completion_tokens_details', 'reasoning_tokens')),
      },
    };
  },
  text: event =>
    list(at(event, 'choices'))
      .flatMap(choice => [
        string(at(choice, 'delta', 'content')),
        ...list(at(choice, 'delta', 'tool_calls')).map(call =>
          string(at(call, 'function', 'arguments')),
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
    const usage = at(event, 'message', 'usage') ?? at(event, 'usage');
    if (typeof usage !== 'object' || usage === null) return null;
    // Its input excludes what was read from and written to the cache.
    const said: Partial<Usage> = {};
    const figures = {
      input: 'input_tokens',
      cached: 'cache_read_input_tokens',
      cacheWrite: 'cache_creation_input_tokens',
      output: 'output_tokens',
    } as const;
    for (const [ours, theirs] of Object.entries(figures))
      if (typeof at(usage, theirs) === 'number')
        said[ours as keyof typeof figures] = count(at(usage, theirs));
    return { usage: said, final: at(event, 'type') !== 'message_start' };
  },
  text: event =>
    string(at(event, 'delta', 'text')) +
    string(at(event, 'delta', 'partial_json')) +
    string(at(event, 'delta', 'thinking')),
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
    const usage = at(event, 'usageMetadata');
    if (typeof usage !== 'object' || usage === null) return null;
    const cached = count(at(usage, 'cachedContentTokenCount'));
    const reasoning = count(at(usage, 'thoughtsTokenCount'));
    return {
      final: list(at(event, 'candidates')).some(one => string(at(one, 'finishReason')) !== ''),
      usage: {
        input: Math.max(0, count(at(usage, 'promptTokenCount')) - cached),
        cached,
        // Its output excludes what was thought.
        output: count(at(usage, 'candidatesTokenCount')) + reasoning,
        reasoning,
      },
    };
  },
  text: event =>
    list(at(event, 'candidates'))
      .flatMap(one => list(at(one, 'content', 'parts')))
      .map(part => string(at(part, 'text')))
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
