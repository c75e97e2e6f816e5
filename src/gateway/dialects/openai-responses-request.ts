/**
 * What a request of OpenAI's responses API may hold. Left out on purpose: tools that OpenAI runs, files
 * and images by address or id, what OpenAI keeps (`previous_response_id`, `conversation`, `prompt`).
 */
import { z } from 'zod';
import { valueAt } from '../json-values.ts';
import {
  allow,
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
  text,
  unkeptCache,
} from './allow.ts';

const functionTool = allow({
  type: text,
  name: text,
  description: text,
  parameters: schema,
  strict: flag,
  defer_loading: flag,
});
const customTool = allow({
  type: text,
  name: text,
  description: text,
  format: allow({ type: text, syntax: text, definition: text }),
  defer_loading: flag,
});
const plainTool = allow({ type: text });
/** The agent searches among its own tools; OpenAI would do it where the agent does not say so. */
const execution = z.literal('client');
const toolSearch = z.strictObject({
  type: text,
  execution,
  description: text.nullish(),
  parameters: schema,
});
/** Tools that the agent runs. */
const OWN_TOOLS = {
  function: functionTool,
  custom: customTool,
  local_shell: plainTool,
  apply_patch: plainTool,
  tool_search: toolSearch,
};
const namespace = allow({
  type: text,
  name: text,
  description: text,
  tools: z.array(oneOf({ function: functionTool, custom: customTool })),
});
const tools = z.array(oneOf({ ...OWN_TOOLS, namespace }));
const foundTools = z.array(oneOf({ function: functionTool, custom: customTool, namespace }));

const annotated = { type: text, text, annotations: data, logprobs: data };
const PARTS = {
  input_text: allow(annotated),
  output_text: allow(annotated),
  text: allow(annotated),
  summary_text: allow(annotated),
  reasoning_text: allow(annotated),
  refusal: allow({ type: text, refusal: text }),
  input_image: allow({ type: text, image_url: imageUrl, detail: text }),
  input_file: allow({ type: text, filename: text, file_data: dataUrl }),
};
const content = z.union([text, z.array(oneOf(PARTS))]);

const call = { type: text, id: text, call_id: text, status: text };
const namedCall = { ...call, name: text, namespace: text };
const object = z.looseObject({});
const sealed = text.min(1);
/** An id without what it is the id of would bring in what OpenAI keeps, of whichever run. */
const isWhole = (item: unknown): boolean =>
  typeof valueAt(item, 'id') !== 'string' ||
  sealed.safeParse(valueAt(item, 'encrypted_content')).success;
const ITEMS = {
  message: allow({ type: text, id: text, status: text, phase: text }, { role: text, content }),
  reasoning: allow({
    type: text,
    id: text,
    status: text,
    summary: content,
    content,
    encrypted_content: text,
  }).refine(isWhole, 'its encrypted_content is not there, only the id of what OpenAI keeps'),
  function_call: allow(namedCall, { arguments: text }),
  function_call_output: allow(call, { output: content }),
  custom_tool_call: allow(namedCall, { input: text }),
  custom_tool_call_output: allow(call, { output: content }),
  local_shell_call: allow(call, { action: object }),
  local_shell_call_output: allow(call, { output: text }),
  apply_patch_call: allow(call, { operation: object }),
  apply_patch_call_output: allow({ ...call, output: text }),
  tool_search_call: allow({ ...call, execution, arguments: data }),
  tool_search_output: allow({ ...call, execution }, { tools: foundTools }),
  additional_tools: allow({ type: text, id: text, role: text }, { tools }),
  compaction: allow({ type: text, id: text }, { encrypted_content: sealed }),
  compaction_summary: allow({ type: text, id: text }, { encrypted_content: sealed }),
  compaction_trigger: allow({ type: text, id: text }),
};

const named = allow({ type: text, name: text });
export const OpenAIResponsesRequest = allow({
  model: text,
  input: z.union([text, z.array(oneOf(ITEMS, 'message'))]),
  instructions: text,
  tools,
  tool_choice: z.union([
    text,
    oneOf({
      function: named,
      custom: named,
      allowed_tools: allow({
        type: text,
        mode: text,
        tools: z.array(oneOf({ function: named, custom: named })),
      }),
    }),
  ]),
  parallel_tool_calls: flag,
  max_output_tokens: count,
  max_tool_calls: count,
  stream: flag,
  stream_options: record(scalar),
  store: flag,
  // The gateway follows it to its end.
  background: flag,
  include: z.array(text.regex(/^(reasoning\.encrypted_content|message\.output_text\.logprobs)$/)),
  reasoning: record(scalar.nullable()),
  text: allow({ verbosity: text, format: format(allow({ type: text, ...namedSchema })) }),
  truncation: text,
  temperature: number,
  top_p: number,
  top_logprobs: number,
  metadata: record(text),
  client_metadata: record(text),
  prompt_cache_key: text,
  prompt_cache_retention: unkeptCache,
  safety_identifier: text,
  user: text,
  service_tier: z.enum(['auto', 'default', 'flex']),
});
