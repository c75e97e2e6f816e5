/**
 * Finds what would make a model's provider access the network for the agent: tools that run at the
 * provider, and files that it fetches by URL. Both would be a way out of the sandbox around the
 * gateway.
 */
import type { ModelRoute } from '../engine/ports/gateway.ts';
import { toList, toText, valueAt } from './json-values.ts';

/** Types of tools that the client runs; tools of every other type run at the provider. */
const CLIENT_TOOLS: Record<Exclude<ModelRoute['dialect'], 'gemini'>, RegExp> = {
  'openai-responses': /^(function|custom|local_shell|apply_patch|namespace)$/,
  'openai-chat': /^(function|custom)$/,
  anthropic: /^(|custom|bash_\d+|text_editor_\d+|computer_\d+|memory_\d+)$/,
};

/** Top-level fields that turn such access on. */
const ACCESS_FIELDS = [
  'web_search_options',
  'plugins',
  'mcp_servers',
  'container',
  'cachedContent',
];

/** Why the request is refused; `null` where nothing was found. */
export function providerAccessIn(dialect: ModelRoute['dialect'], body: unknown): string | null {
  for (const name of ACCESS_FIELDS)
    if (valueAt(body, name) !== undefined) return `the field "${name}" is not forwarded`;
  for (const tool of toList(valueAt(body, 'tools'))) {
    const hosted = dialect === 'gemini' ? hostedGeminiTool(tool) : hostedTool(dialect, tool);
    if (hosted !== null) return `the tool "${hosted}" runs at the provider`;
  }
  const url = fetchedUrl(body);
  return url === null ? null : `the provider would fetch ${url}`;
}

function hostedTool(dialect: keyof typeof CLIENT_TOOLS, tool: unknown): string | null {
  const type = toText(valueAt(tool, 'type'));
  return CLIENT_TOOLS[dialect].test(type) ? null : type || 'without a type';
}

function hostedGeminiTool(tool: unknown): string | null {
  if (typeof tool !== 'object' || tool === null) return 'unreadable';
  return Object.keys(tool).find(key => !/^function_?declarations$/i.test(key)) ?? null;
}

const URL_FIELDS = new Set(['image_url', 'file_url', 'fileUri', 'file_uri', 'url']);
/** Top-level fields that only describe, and never name something to fetch. */
const DESCRIPTIONS = new Set(['tools', 'text', 'response_format', 'generationConfig', 'metadata']);

function fetchedUrl(body: unknown): string | null {
  const pending: unknown[] = [body];
  while (pending.length > 0) {
    const value = pending.pop();
    if (typeof value !== 'object' || value === null) continue;
    for (const [key, inner] of Object.entries(value)) {
      if (URL_FIELDS.has(key) && typeof inner === 'string' && !inner.startsWith('data:'))
        return inner.slice(0, 100);
      const described = value === body && DESCRIPTIONS.has(key);
      if (!described && !isToolData(value, key)) pending.push(inner);
    }
  }
  return null;
}

/** Whether it is input or output of a client's tool: any data, from which nothing is fetched. */
const isToolData = (parent: object, key: string): boolean =>
  key === 'args' ||
  key === 'response' ||
  (key === 'input' && valueAt(parent, 'type') === 'tool_use');
