/** Google's Gemini API, which the Gemini CLI speaks. */
import { toCount, toList, toText, valueAt } from '../json-values.ts';
import type { Dialect } from './dialect.ts';
import { GeminiRequest } from './gemini-request.ts';

const MODEL_PATH = /^\/v1beta\/models\/([\w.-]+):(\w+)$/;

export const gemini: Dialect = {
  endpoint: (method, path) => {
    if (method === 'GET' && path === '/v1beta/models') return 'free';
    const verb = MODEL_PATH.exec(path)?.[2];
    if (method !== 'POST') return null;
    if (verb === 'generateContent' || verb === 'streamGenerateContent') return 'metered';
    return verb === 'countTokens' ? 'free' : null;
  },
  request: GeminiRequest,
  model: path => MODEL_PATH.exec(path)?.[1],
  credential: secret => ({ 'x-goog-api-key': secret }),
  headers: ['x-goog-api-client'],
  output: body => toCount(valueAt(body, 'generationConfig', 'maxOutputTokens')),
  takesBound: true,
  prepare: (body, output) =>
    output === null
      ? body
      : {
          ...body,
          generationConfig: Object.assign({}, body.generationConfig, { maxOutputTokens: output }),
        },
  smallest: model => ({
    path: `/v1beta/models/${encodeURIComponent(model)}:generateContent`,
    headers: {},
    body: {
      contents: [{ role: 'user', parts: [{ text: 'Hi' }] }],
      generationConfig: { maxOutputTokens: 1 },
    },
  }),
  background: () => null,
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
