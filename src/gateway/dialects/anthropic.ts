/** Anthropic's messages API, which Claude Code speaks. */
import type { Usage } from '../../core/agent-event.ts';
import { toCount, toText, valueAt } from '../json-values.ts';
import { AnthropicRequest } from './anthropic-request.ts';
import type { Dialect } from './dialect.ts';

const FIGURES = {
  input: 'input_tokens',
  cached: 'cache_read_input_tokens',
  cacheWrite: 'cache_creation_input_tokens',
  output: 'output_tokens',
} as const;

const LEAST_THINKING = 1024;

/** Thinking has to end before the output does. */
function thinkingWithin(thinking: unknown, output: number): unknown {
  const budget = toCount(valueAt(thinking, 'budget_tokens'));
  if (budget < output) return thinking;
  return output > LEAST_THINKING
    ? Object.assign({}, thinking, { budget_tokens: output - 1 })
    : undefined;
}

export const anthropic: Dialect = {
  endpoint: (method, path) => {
    if (method === 'POST' && path === '/v1/messages') return 'metered';
    if (method === 'POST' && path === '/v1/messages/count_tokens') return 'free';
    return method === 'GET' && path === '/v1/models' ? 'free' : null;
  },
  request: AnthropicRequest,
  model: (_path, body) => body.model,
  credential: secret => ({ 'x-api-key': secret }),
  headers: ['anthropic-version', 'anthropic-beta'],
  output: body => toCount(body.max_tokens),
  takesBound: true,
  prepare: (body, output) =>
    output === null
      ? body
      : { ...body, max_tokens: output, thinking: thinkingWithin(body.thinking, output) },
  smallest: model => ({
    path: '/v1/messages',
    headers: { 'anthropic-version': '2023-06-01' },
    body: { model, max_tokens: 1, messages: [{ role: 'user', content: 'Hi' }] },
  }),
  background: () => null,
  usage: event => {
    const usage = valueAt(event, 'message', 'usage') ?? valueAt(event, 'usage');
    if (typeof usage !== 'object' || usage === null) return null;
    // Anthropic's input excludes tokens that were read from or written to the cache.
    const reported: Partial<Usage> = {};
    for (const [figure, field] of Object.entries(FIGURES))
      if (typeof valueAt(usage, field) === 'number')
        reported[figure as keyof typeof FIGURES] = toCount(valueAt(usage, field));
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
