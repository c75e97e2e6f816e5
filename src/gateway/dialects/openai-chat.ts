/** OpenAI's chat API, which many providers speak as well. */
import { toCount, toList, toText, valueAt } from '../json-values.ts';
import { bearer, type Dialect, openaiError } from './dialect.ts';
import { OpenAIChatRequest } from './openai-chat-request.ts';

/** The limit has two names: the older one, which all providers know, and OpenAI's present one. */
const LIMITS = ['max_tokens', 'max_completion_tokens'] as const;

const askedOutput: Dialect['output'] = body => Math.max(...LIMITS.map(name => toCount(body[name])));

export const openaiChat: Dialect = {
  endpoint: (method, path) => {
    if (method === 'POST' && path === '/v1/chat/completions') return 'metered';
    return method === 'GET' && path === '/v1/models' ? 'free' : null;
  },
  request: OpenAIChatRequest,
  model: (_path, body) => body.model,
  credential: bearer,
  headers: ['openai-beta'],
  output: askedOutput,
  takesBound: true,
  prepare: (body, output) => {
    const prepared = { ...body };
    if (body.stream === true) prepared.stream_options = { include_usage: true };
    if (output === null) return prepared;
    for (const name of LIMITS) delete prepared[name];
    prepared[body.max_completion_tokens === undefined ? 'max_tokens' : 'max_completion_tokens'] =
      output;
    return prepared;
  },
  smallest: model => ({
    path: '/v1/chat/completions',
    headers: {},
    body: { model, messages: [{ role: 'user', content: 'Hi' }], max_completion_tokens: 1 },
  }),
  background: () => null,
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
        toText(valueAt(choice, 'delta', 'reasoning_content')),
        toText(valueAt(choice, 'delta', 'reasoning')),
        ...toList(valueAt(choice, 'delta', 'tool_calls')).map(call =>
          toText(valueAt(call, 'function', 'arguments')),
        ),
      ])
      .join(''),
  error: openaiError,
};
