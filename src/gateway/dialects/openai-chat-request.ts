/**
 * What a request of OpenAI's chat API may hold. Left out on purpose: search and plugins that the provider
 * runs, files, images and sounds by address or id, other models to fall back to, what the provider keeps, and
 * `prediction`: what of it is not in the answer is paid as output as well, beyond any bound.
 */
import { z } from 'zod';
import {
  allow,
  base64,
  count,
  data,
  dataUrl,
  flag,
  format,
  imageUrl,
  namedSchema,
  number,
  oneOf,
  record,
  scalar,
  schema,
  shortCache,
  single,
  text,
  unkeptCache,
} from './allow.ts';

const PARTS = {
  text: allow({ type: text, text, cache_control: shortCache }),
  refusal: allow({ type: text, refusal: text }),
  image_url: allow({
    type: text,
    image_url: allow({ url: imageUrl, detail: text }),
    cache_control: shortCache,
  }),
  input_audio: allow({ type: text, input_audio: allow({ data: base64, format: text }) }),
  file: allow({
    type: text,
    file: allow({ filename: text, file_data: dataUrl }),
    cache_control: shortCache,
  }),
};
const content = z.union([text, z.array(oneOf(PARTS))]);
const called = allow({ name: text, arguments: text });
const toolCalls = z.array(
  oneOf(
    {
      function: allow({ id: text, index: number, type: text, function: called }),
      custom: allow({ id: text, type: text, custom: allow({ name: text, input: text }) }),
    },
    'function',
  ),
);
const message = allow({
  role: text,
  name: text,
  content,
  refusal: text,
  // Providers give reasoning back in one of these, and want it sent again.
  reasoning: text,
  reasoning_content: text,
  reasoning_details: data,
  tool_calls: toolCalls,
  tool_call_id: text,
  cache_control: shortCache,
});
const TOOLS = {
  function: allow({
    type: text,
    function: allow({ name: text, description: text, parameters: schema, strict: flag }),
    cache_control: shortCache,
  }),
  custom: allow({
    type: text,
    custom: allow({ name: text, description: text, format: data }),
  }),
};
const named = allow({ name: text });

export const OpenAIChatRequest = allow({
  model: text,
  messages: z.array(message),
  tools: z.array(oneOf(TOOLS)),
  tool_choice: z.union([
    text,
    oneOf({
      function: allow({ type: text, function: named }),
      custom: allow({ type: text, custom: named }),
    }),
  ]),
  parallel_tool_calls: flag,
  max_tokens: count,
  max_completion_tokens: count,
  n: single,
  stream: flag,
  stream_options: record(scalar),
  temperature: number,
  top_p: number,
  top_k: number,
  min_p: number,
  repetition_penalty: number,
  frequency_penalty: number,
  presence_penalty: number,
  seed: number,
  stop: z.union([text, z.array(text)]),
  logit_bias: record(number),
  logprobs: flag,
  top_logprobs: number,
  response_format: format(allow({ type: text, json_schema: allow(namedSchema) })),
  modalities: z.array(z.literal('text')),
  reasoning_effort: text,
  reasoning: record(scalar),
  thinking: record(scalar),
  enable_thinking: flag,
  verbosity: text,
  usage: allow({ include: flag }),
  metadata: record(text),
  prompt_cache_key: text,
  prompt_cache_retention: unkeptCache,
  safety_identifier: text,
  user: text,
  service_tier: z.enum(['auto', 'default', 'flex']),
});
