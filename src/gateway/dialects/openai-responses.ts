/** OpenAI's responses API, which Codex speaks. */
import { toCount, toText, valueAt } from '../json-values.ts';
import { bearer, type Dialect, openaiError } from './dialect.ts';
import { OpenAIResponsesRequest } from './openai-responses-request.ts';

/** Only a stream is counted as it passes: without one, the answer would come to nobody who counts. */
const isBackground = (body: Record<string, unknown>): boolean =>
  body.background === true && body.stream === true;

export const openaiResponses: Dialect = {
  endpoint: (method, path) => {
    if (method === 'POST' && path === '/v1/responses') return 'metered';
    return method === 'GET' && path === '/v1/models' ? 'free' : null;
  },
  request: OpenAIResponsesRequest,
  model: (_path, body) => body.model,
  credential: bearer,
  headers: ['openai-beta', 'originator'],
  output: body => toCount(body.max_output_tokens),
  takesBound: true,
  prepare({ background, ...body }, output) {
    const bounded = output === null ? body : { ...body, max_output_tokens: output };
    // OpenAI keeps every answer unless it is told not to, and does in the background only what it may keep.
    return isBackground({ ...body, background })
      ? { ...bounded, background: true, store: true }
      : { ...bounded, store: false };
  },
  background: body => (isBackground(body) ? { answers: '/v1/responses' } : null),
  // The API takes no smaller limit.
  smallest: model => ({
    path: '/v1/responses',
    headers: {},
    body: { model, input: 'Hi', max_output_tokens: 16, store: false },
  }),
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
