/**
 * What a request of Anthropic's messages API may hold. Left out on purpose: tools that Anthropic runs and
 * what they return, its MCP connector, containers, and files and images by address or id.
 */
import { z } from 'zod';
import {
  allow,
  base64,
  count,
  data,
  flag,
  namedSchema,
  number,
  oneOf,
  record,
  scalar,
  schema,
  shortCache,
  text,
} from './allow.ts';

/** `cache_control`: what may be asked of the provider's cache. */
export const anthropicRequest = (cache_control: z.ZodType): z.ZodType => {
  const block = { type: text, cache_control };
  const inline = allow({ type: text, media_type: text, data: base64 });
  const inlineText = allow({ type: text, media_type: text, data: text });
  const textBlock = allow({ ...block, text, citations: data });
  const image = allow({ ...block, source: oneOf({ base64: inline }) });
  const TEXTS_AND_IMAGES = { text: textBlock, image };
  const document = allow({
    ...block,
    source: oneOf({
      base64: inline,
      text: inlineText,
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
    input_schema: schema,
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

  const answer = oneOf({ json_schema: allow({ type: text, ...namedSchema }) });
  const size = allow({ type: text, value: count });
  /** What Anthropic leaves out of the conversation. To sum it up costs more than `max_tokens` says. */
  const EDITS = {
    clear_thinking_20251015: allow({ type: text, keep: z.union([z.literal('all'), size]) }),
    clear_tool_uses_20250919: allow({
      type: text,
      trigger: size,
      keep: size,
      clear_at_least: size,
      exclude_tools: z.array(text),
      clear_tool_inputs: z.union([flag, z.array(text)]),
    }),
  };

  return allow({
    model: text,
    // A message of the system may change the effort and the tools for what follows.
    messages: z.array(allow({ role: text, content, output_config: allow({ effort: text }) })),
    system: z.union([text, z.array(textBlock)]),
    tools: z.array(tool),
    tool_choice: record(scalar),
    max_tokens: count,
    stream: flag,
    temperature: number,
    top_p: number,
    top_k: number,
    stop_sequences: z.array(text),
    thinking: record(scalar),
    output_config: allow({ effort: text, format: answer }),
    output_format: answer,
    context_management: allow({ edits: z.array(oneOf(EDITS)) }),
    cache_control,
    metadata: record(text),
    service_tier: z.enum(['auto', 'standard_only']),
  });
};

export const AnthropicRequest = anthropicRequest(shortCache);
