/**
 * What in a model request would make the provider itself reach out: tools that it runs on its own
 * side, and files that it fetches by URL. Both would be a second door out of the sandbox.
 */
import type { ModelRoute } from '../engine/ports/gateway.ts';
import { at, list, string } from './pick.ts';

/** Tools that the client runs; every other type is the provider's. */
const CLIENT_TOOLS: Record<Exclude<ModelRoute['dialect'], 'gemini'>, RegExp> = {
  'openai-responses': /^(function|custom|local_shell|apply_patch|namespace)$/,
  'openai-chat': /^(function|custom)$/,
  anthropic: /^(|custom|bash_\d+|text_editor_\d+|computer_\d+|memory_\d+)$/,
};

/** Top-level fields that switch such things on. */
const SWITCHES = ['web_search_options', 'plugins', 'mcp_servers', 'container', 'cachedContent'];

/** Why the request is refused, or `null`. */
export function reachesOut(dialect: ModelRoute['dialect'], body: unknown): string | null {
  for (const name of SWITCHES)
    if (at(body, name) !== undefined) return `the field "${name}" is not forwarded`;
  for (const tool of list(at(body, 'tools'))) {
    const hosted = dialect === 'gemini' ? geminiTool(tool) : otherTool(dialect, tool);
    if (hosted !== null) return `the tool "${hosted}" runs at the provider`;
  }
  const url = fetchedUrl(body);
  return url === null ? null : `the provider would fetch ${url}`;
}

function otherTool(dialect: keyof typeof CLIENT_TOOLS, tool: unknown): string | null {
  const type = string(at(tool, 'type'));
  return CLIENT_TOOLS[dialect].test(type) ? null : type || 'without a type';
}

function geminiTool(tool: unknown): string | null {
  if (typeof tool !== 'object' || tool === null) return 'unreadable';
  return Object.keys(tool).find(key => !/^function_?declarations$/i.test(key)) ?? null;
}

const URL_FIELDS = new Set(['image_url', 'file_url', 'fileUri', 'file_uri', 'url']);
/** Subtrees at the top that only describe, and never name something to fetch. */
const DESCRIPTIONS = new Set(['tools', 'text', 'response_format', 'generationConfig', 'metadata']);

function fetchedUrl(body: unknown): string | null {
  const open: unknown[] = [body];
  while (open.length > 0) {
    const value = open.pop();
    if (typeof value !== 'object' || value === null) continue;
    for (const [key, inner] of Object.entries(value)) {
      if (URL_FIELDS.has(key) && typeof inner === 'string' && !inner.startsWith('data:'))
        return inner.slice(0, 100);
      const described = value === body && DESCRIPTIONS.has(key);
      if (!described && !isToolData(value, key)) open.push(inner);
    }
  }
  return null;
}

/** What a tool of the client was given or gave: data of any shape, which nobody fetches. */
const isToolData = (parent: object, key: string): boolean =>
  key === 'args' || key === 'response' || (key === 'input' && at(parent, 'type') === 'tool_use');
