/** What a request to a model's provider may hold, by dialect: what agents send passes, a way out does not. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ModelRoute } from '../../src/engine/ports/gateway.ts';
import { faultIn } from '../../src/gateway/dialects/allow.ts';
import { DIALECTS } from '../../src/gateway/dialects.ts';

type Body = Record<string, unknown>;
const fault = (dialect: ModelRoute['dialect'], body: Body) =>
  faultIn(DIALECTS[dialect].request, body);

const AWAY = 'https://evil.example/?leak';
const tool = (fields: Body) => ({ type: 'function', name: 'f', parameters: {}, ...fields });

describe('what the agents send', () => {
  it.each([
    ['openai-responses', 'codex'],
    ['openai-responses', 'codex-codemode'],
    ['openai-chat', 'opencode'],
    ['openai-chat', 'kilo'],
    ['anthropic', 'claude'],
    ['gemini', 'gemini'],
    ['openai-responses', 'copilot-responses'],
    ['openai-chat', 'copilot-chat'],
    ['anthropic', 'copilot-anthropic'],
  ] as const)('as %s by %s passes', async (dialect, name) => {
    const path = join(import.meta.dirname, 'requests', `${name}.json`);
    expect(fault(dialect, JSON.parse(await readFile(path, 'utf8')))).toBe(null);
  });

  it.each<[ModelRoute['dialect'], Body]>([
    [
      'openai-responses',
      {
        input: [
          { role: 'user', content: 'no type' },
          { type: 'reasoning', id: 'r', summary: [], content: null, encrypted_content: 'x' },
          { type: 'function_call', id: 'f', call_id: 'c', name: 'shell', arguments: '{}' },
          { type: 'function_call_output', call_id: 'c', output: 'ok' },
          {
            type: 'function_call_output',
            call_id: 'c',
            output: [{ type: 'input_image', image_url: 'data:image/png;base64,AA==' }],
          },
          { type: 'custom_tool_call', call_id: 'd', name: 'apply_patch', input: '*** Begin' },
          { type: 'custom_tool_call_output', call_id: 'd', output: 'ok' },
          { type: 'local_shell_call', call_id: 'e', action: { type: 'exec', command: ['ls'] } },
          {
            type: 'tool_search_call',
            call_id: 'g',
            execution: 'client',
            arguments: { query: 'issues' },
          },
          {
            type: 'tool_search_output',
            call_id: 'g',
            execution: 'client',
            tools: [{ type: 'namespace', name: 'n', tools: [tool({ defer_loading: true })] }],
          },
        ],
        tools: [
          tool({ parameters: { default: { url: AWAY, server_url: AWAY } } }),
          { type: 'tool_search', execution: 'client', description: 'd', parameters: {} },
        ],
        text: {
          format: {
            type: 'json_schema',
            name: 'n',
            schema: { image_url: AWAY, $defs: { a: {} }, $ref: '#/$defs/a' },
          },
        },
      },
    ],
    [
      'openai-chat',
      {
        messages: [
          {
            role: 'assistant',
            content: null,
            tool_calls: [
              {
                id: 'c',
                type: 'function',
                function: { name: 'f', arguments: `{"url":"${AWAY}"}` },
              },
            ],
          },
          { role: 'tool', tool_call_id: 'c', content: AWAY },
        ],
      },
    ],
    [
      'anthropic',
      {
        tools: [{ type: 'bash_20250124', name: 'bash' }],
        messages: [
          {
            role: 'system',
            content: [
              { type: 'tool_addition', tool: { type: 'tool_reference', name: 'f' } },
              {
                type: 'tool_addition',
                tool: { type: 'tool_definition', definition: { name: 'g', input_schema: {} } },
              },
              { type: 'tool_removal', tool: { type: 'tool_reference', name: 'bash' } },
            ],
            output_config: { effort: 'low' },
          },
          {
            role: 'assistant',
            content: [
              { type: 'thinking', thinking: 'so', signature: 's' },
              { type: 'tool_use', id: 't', name: 'f', input: { url: AWAY, type: 'url' } },
            ],
          },
          {
            role: 'user',
            content: [
              {
                type: 'tool_result',
                tool_use_id: 't',
                content: [
                  { type: 'text', text: AWAY },
                  {
                    type: 'image',
                    source: { type: 'base64', media_type: 'image/png', data: 'AA==' },
                  },
                ],
              },
            ],
          },
        ],
      },
    ],
    [
      'gemini',
      {
        contents: [
          { role: 'model', parts: [{ functionCall: { name: 'f', args: { fileUri: AWAY } } }] },
          {
            role: 'user',
            parts: [{ functionResponse: { name: 'f', response: { fileUri: AWAY } } }],
          },
        ],
      },
    ],
  ])('in later turns passes: %s', (dialect, body) => {
    expect(fault(dialect, body)).toBe(null);
  });
});

describe('a second way out', () => {
  const image = { type: 'input_image', image_url: AWAY };
  const tools = [{ type: 'mcp', server_url: AWAY, server_label: 'x' }];
  it.each<[string, Body]>([
    ['a search', { tools: [{ type: 'web_search' }] }],
    ['a search among tools there', { tools: [{ type: 'tool_search' }] }],
    [
      'what such a search found',
      { input: [{ type: 'tool_search_output', execution: 'server', tools: [] }] },
    ],
    [
      'tools that a search found',
      { input: [{ type: 'tool_search_output', execution: 'client', tools }] },
    ],
    ['an MCP server', { tools }],
    ['code that runs there', { tools: [{ type: 'code_interpreter', container: 'auto' }] }],
    ['a hosted shell', { tools: [{ type: 'shell', environment: { type: 'container_auto' } }] }],
    ['tools without a type', { tools: [{ server_url: AWAY }] }],
    ['tools in a namespace', { tools: [{ type: 'namespace', name: 'n', tools }] }],
    [
      'a namespace in a namespace',
      { tools: [{ type: 'namespace', name: 'n', tools: [{ type: 'namespace', tools }] }] },
    ],
    ['tools in the input', { input: [{ type: 'additional_tools', role: 'developer', tools }] }],
    ['a server in a function', { tools: [tool({ server_url: AWAY })] }],
    ['a server in the input', { input: [{ type: 'mcp_call', server_url: AWAY }] }],
    ['a list of a server', { input: [{ type: 'mcp_list_tools', server_url: AWAY }] }],
    ['a server in a message', { input: [{ role: 'user', content: 'x', server_url: AWAY }] }],
    ['an image', { input: [{ role: 'user', content: [image] }] }],
    ['an image of a tool', { input: [{ type: 'function_call_output', output: [image] }] }],
    [
      'an image behind a field that looks like tool data',
      { input: [{ type: 'tool_use', input: { content: [image] } }] },
    ],
    ['a file by address', { input: [{ content: [{ type: 'input_file', file_url: AWAY }] }] }],
    ['a file by id', { input: [{ content: [{ type: 'input_file', file_id: 'file-1' }] }] }],
    ['what is kept there', { previous_response_id: 'resp_1' }],
    ['a conversation', { conversation: 'conv_1' }],
    ['a stored prompt', { prompt: { id: 'pmpt_1' } }],
    ['a reference', { input: [{ type: 'item_reference', id: 'x' }] }],
    ['a higher price', { service_tier: 'priority' }],
    ['a prompt that is kept for a day', { prompt_cache_retention: '24h' }],
    ['a field nobody knows', { webhook: AWAY }],
    ['results of searches', { include: ['web_search_call.action.sources'] }],
    // What has no type may be a reference, and a reference is an id alone.
    ['a reference without a type', { input: [{ id: 'msg_1' }] }],
    ['a reference whose type is null', { input: [{ type: null, id: 'msg_1' }] }],
    [
      'what the model thought, by its id, and an empty text',
      { input: [{ type: 'reasoning', id: 'r', summary: [], encrypted_content: '' }] },
    ],
    [
      'a summary by its id, and an empty text',
      { input: [{ type: 'compaction', id: 'c', encrypted_content: '' }] },
    ],
    [
      'a film as an image',
      {
        input: [{ role: 'user', content: [{ ...image, image_url: 'data:video/mp4;base64,AA==' }] }],
      },
    ],
    ['a message by its id', { input: [{ type: 'message', id: 'msg_1', role: 'assistant' }] }],
    ['what the model thought, by its id', { input: [{ type: 'reasoning', id: 'r', summary: [] }] }],
    ['a summary by its id', { input: [{ type: 'compaction', id: 'cmp_1' }] }],
    ['a call by its id', { input: [{ type: 'function_call', id: 'fc_1' }] }],
    ['a result by its id', { input: [{ type: 'function_call_output', id: 'fc_1' }] }],
    [
      'a choice among tools that run there',
      { tool_choice: { type: 'allowed_tools', tools: [{ type: 'web_search' }] } },
    ],
    ['an answer of a kind nobody knows', { text: { format: { type: 'file', url: AWAY } } }],
    ['a schema that lies elsewhere', { tools: [tool({ parameters: { $ref: AWAY } })] }],
    [
      'an answer by a schema that lies elsewhere',
      { text: { format: { type: 'json_schema', schema: { items: [{ $dynamicRef: AWAY }] } } } },
    ],
    ['more than a number can be', { max_output_tokens: 1e300 }],
    ['less than nothing', { max_output_tokens: -1 }],
    ['a field that is looked over', JSON.parse('{"reasoning":{"__proto__":{"url":"x"}}}')],
  ])('by OpenAI responses: %s', (_, body) => {
    expect(fault('openai-responses', { model: 'm', ...body })).toMatch(/^not forwarded/);
  });

  const sound = (data: string) => ({ type: 'input_audio', input_audio: { data, format: 'mp3' } });
  it('takes a sound itself', () => {
    for (const data of ['SUQz/+A=', 'data:audio/mp3;base64,SUQz'])
      expect(fault('openai-chat', { messages: [{ role: 'user', content: [sound(data)] }] })).toBe(
        null,
      );
  });

  it.each<[string, Body]>([
    ['a search', { web_search_options: {} }],
    ['plugins', { plugins: [{ id: 'web' }] }],
    ['other models', { models: ['a', 'b'] }],
    ['a provider to route to', { provider: { order: ['x'] } }],
    ['many answers', { n: 100 }],
    ['a hosted tool', { tools: [{ type: 'web_search' }] }],
    ['an answer of a kind nobody knows', { response_format: { type: 'file', url: AWAY } }],
    [
      'an answer by a schema that lies elsewhere',
      { response_format: { type: 'json_schema', json_schema: { schema: { $ref: AWAY } } } },
    ],
    ['more than a number can be', { max_tokens: 1e300, max_completion_tokens: 5 }],
    [
      'a cache that costs more',
      {
        messages: [{ role: 'user', content: 'x', cache_control: { type: 'ephemeral', ttl: '1h' } }],
      },
    ],
    ['a field that is looked over', JSON.parse('{"thinking":{"__proto__":{"url":"x"}}}')],
    // Some servers fetch what is no base64 here.
    ['a sound', { messages: [{ role: 'user', content: [sound(AWAY)] }] }],
    ['a sound in a file there', { messages: [{ role: 'user', content: [sound('file:/etc/x')] }] }],
    // What of it is not in the answer is paid as output, beyond any bound.
    ['an answer that is foreseen', { prediction: { type: 'content', content: 'x' } }],
    [
      'an image',
      { messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url: AWAY } }] }] },
    ],
    [
      'an image as text',
      { messages: [{ role: 'user', content: [{ type: 'image_url', image_url: AWAY }] }] },
    ],
    [
      'a file',
      { messages: [{ role: 'user', content: [{ type: 'file', file: { file_id: 'file-1' } }] }] },
    ],
  ])('by OpenAI chat: %s', (_, body) => {
    expect(fault('openai-chat', { model: 'm', ...body })).toMatch(/^not forwarded/);
  });

  const source = { type: 'url', url: AWAY };
  it.each<[string, Body]>([
    ['a search', { tools: [{ type: 'web_search_20250305', name: 'web_search' }] }],
    ['a fetch', { tools: [{ type: 'web_fetch_20250910', name: 'web_fetch' }] }],
    ['code', { tools: [{ type: 'code_execution_20250825', name: 'code_execution' }] }],
    ['a connector', { mcp_servers: [{ type: 'url', url: AWAY, name: 'x' }] }],
    ['a set of tools of a connector', { tools: [{ type: 'mcp_toolset', mcp_server_name: 'x' }] }],
    ['a container', { container: { id: 'x' } }],
    ['models to fall back to', { fallbacks: [{ model: 'x' }] }],
    [
      'a summary that costs more',
      { context_management: { edits: [{ type: 'compact_20260112' }] } },
    ],
    ['a rule nobody knows', { context_management: { edits: [{ type: 'fetch', url: AWAY }] } }],
    ['a cache that costs more', { cache_control: { type: 'ephemeral', ttl: '1h' } }],
    [
      'an answer of a kind nobody knows',
      { output_config: { format: { type: 'file', url: AWAY } } },
    ],
    ['a schema that lies elsewhere', { tools: [{ name: 'f', input_schema: { $ref: AWAY } }] }],
    ['more than a number can be', { max_tokens: 1e300 }],
    [
      'a tool that is added later',
      {
        messages: [
          {
            role: 'system',
            content: [
              {
                type: 'tool_addition',
                tool: {
                  type: 'tool_definition',
                  definition: { type: 'web_fetch_20250910', name: 'web_fetch' },
                },
              },
            ],
          },
        ],
      },
    ],
    ['a tool that code calls', { tools: [{ name: 'f', allowed_callers: ['code_execution'] }] }],
    ['an image', { messages: [{ role: 'user', content: [{ type: 'image', source }] }] }],
    ['a document', { messages: [{ role: 'user', content: [{ type: 'document', source }] }] }],
    [
      'a file by id',
      {
        messages: [
          {
            role: 'user',
            content: [{ type: 'document', source: { type: 'file', file_id: 'f' } }],
          },
        ],
      },
    ],
    [
      'an image in the result of a tool',
      {
        messages: [
          {
            role: 'user',
            content: [{ type: 'tool_result', content: [{ type: 'image', source }] }],
          },
        ],
      },
    ],
    [
      'an address in place of an image',
      {
        messages: [
          {
            role: 'user',
            content: [
              { type: 'image', source: { type: 'base64', media_type: 'image/png', data: AWAY } },
            ],
          },
        ],
      },
    ],
    [
      'a server in a block',
      { messages: [{ content: [{ type: 'mcp_tool_use', server_name: 'x' }] }] },
    ],
  ])('by Anthropic: %s', (_, body) => {
    expect(fault('anthropic', { model: 'm', ...body })).toMatch(/^not forwarded/);
  });

  const inline = (inlineData: Body) => ({ role: 'user', parts: [{ inlineData }] });
  it.each<[string, Body]>([
    ['a search', { tools: [{ googleSearch: {} }] }],
    ['a search by its other name', { tools: [{ google_search: {} }] }],
    ['a search beside functions', { tools: [{ functionDeclarations: [], urlContext: {} }] }],
    ['code', { tools: [{ codeExecution: {} }] }],
    ['a file', { contents: [{ parts: [{ fileData: { fileUri: AWAY } }] }] }],
    ['a file by its other name', { contents: [{ parts: [{ file_data: { file_uri: AWAY } }] }] }],
    [
      'a file in a response',
      {
        contents: [
          {
            parts: [
              { functionResponse: { response: {}, parts: [{ fileData: { fileUri: AWAY } }] } },
            ],
          },
        ],
      },
    ],
    ['what is kept there', { cachedContent: 'cachedContents/1' }],
    ['many answers', { generationConfig: { candidateCount: 8 } }],
    ['a body by other names', { generation_config: {} }],
    ['a film by another name', { contents: [inline({ mimeType: ' video/mp4', data: 'AA==' })] }],
    ['a film as a file', { contents: [inline({ mimeType: 'application/mp4', data: 'AA==' })] }],
    ['data of no kind', { contents: [inline({ data: 'AA==' })] }],
    ['an address as data', { contents: [inline({ mimeType: 'image/png', data: AWAY })] }],
    [
      'an image as so many tokens',
      { contents: [{ parts: [{ text: 'x', mediaResolution: { numTokens: 500_000 } }] }] },
    ],
    [
      'a schema that lies elsewhere',
      { tools: [{ functionDeclarations: [{ name: 'f', parametersJsonSchema: { $ref: AWAY } }] }] },
    ],
    ['more than a number can be', { generationConfig: { maxOutputTokens: 1e300 } }],
  ])('by Gemini: %s', (_, body) => {
    expect(fault('gemini', body)).toMatch(/^not forwarded/);
  });

  it('by a plan, which has no price: a cache that is kept for longer is none', () => {
    const body = { model: 'm', cache_control: { type: 'ephemeral', ttl: '1h' } };
    expect(fault('claude-plan', body)).toBe(null);
  });

  it('is told with its place', () => {
    const body = { model: 'm', tools: [tool({}), { type: 'web_search' }] };
    expect(fault('openai-responses', body)).toBe(
      'not forwarded to the provider: tools.1.type: "web_search" is none of function, custom, local_shell, apply_patch, tool_search, namespace',
    );
  });
});
