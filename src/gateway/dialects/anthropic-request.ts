/**
 * What a request of Anthropic's messages API may hold. Left out on purpose: tools that Anthropic runs and
 * what they return, its MCP connector, containers, and files and images by address or id.
 */
import { z } from 'zod';
import { allow, data, flag, number, oneOf, scalar, text } from './allow.ts';

const cache_control = allow({ type: text, ttl: text });
const block = { type: text, cache_control };
const inline = allow({ type: text, media_type: text, data: text });
const textBlock = allow({ ...block, text, citations: data });
const image = allow({ ...block, source: oneOf({ base64: inline }) });
const TEXTS_AND_IMAGES = { text: textBlock, image };
const document = allow({
  ...block,
  source: oneOf({
    base64: inline,
    text: inline,
    content: allow({
      type: text,
      content: z.union([text, z.array(oneOf(TEXTS_AND_IMAGES))]),
    }),
  }),
  title: text,
  context: text,
  citations: allow({ enabled: flag }),
});
const searchResult = allow({
  ...block,
  source: text,
  title: text,
  content: z.array(textBlock),
  citations: allow({ enabled: flag }),
});
const READ = { ...TEXTS_AND_IMAGES, document, search_result: searchResult };
const BLOCKS = {
  ...READ,
  thinking: allow({ type: text, thinking: text, signature: text }),
  redacted_thinking: allow({ type: text, data: text }),
  tool_use: allow({
    ...block,
    id: text,
    name: text,
    input: data,
    caller: allow({ type: z.literal('direct') }),
  }),
  tool_result: allow({
    ...block,
    tool_use_id: text,
    is_error: flag,
    content: z.union([
      text,
      z.array(oneOf({ ...READ, tool_reference: allow({ type: text, tool_name: text }) })),
    ]),
  }),
  compaction: allow({ ...block, content: text }),
};
/** Tools that the client runs: its own, and those whose form Anthropic defines. */
const tool = allow({
  type: text.regex(
    /^(custom|(bash|text_editor|computer|memory)_\d{8})$/,
    'this tool runs at the provider',
  ),
  name: text,
  description: text,
  input_schema: data,
  input_examples: data,
  strict: flag,
  defer_loading: flag,
  eager_input_streaming: flag,
  allowed_callers: z.array(z.literal('direct')),
  max_characters: number,
  display_width_px: number,
  display_height_px: number,
  display_number: number,
  enable_zoom: flag,
  cache_control,
});

const toolChange = allow({
  ...block,
  tool: oneOf({
    tool_reference: allow({ type: text, name: text, tool_name: text }),
    tool_definition: allow({ type: text, definition: tool }),
  }),
});
const content = z.union([
  text,
  z.array(oneOf({ ...BLOCKS, tool_addition: toolChange, tool_removal: toolChange })),
]);

export const AnthropicRequest = allow({
  model: text,
  // A message of the system may change the effort and the tools for what follows.
  messages: z.array(allow({ role: text, content, output_config: allow({ effort: text }) })),
  system: z.union([text, z.array(textBlock)]),
  tools: z.array(tool),
  tool_choice: z.record(text, scalar),
  max_tokens: number,
  stream: flag,
  temperature: number,
  top_p: number,
  top_k: number,
  stop_sequences: z.array(text),
  thinking: z.record(text, scalar),
  output_config: allow({ effort: text, format: data }),
  output_format: data,
  // What Anthropic leaves out of the conversation, by rules that hold numbers and names of tools.
  context_management: data,
  cache_control,
  metadata: z.record(text, text),
  service_tier: z.enum(['auto', 'standard_only']),
});
