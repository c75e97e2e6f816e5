/**
 * The names of OpenTelemetry's conventions for generative AI, which are in development: no other file has
 * any of them. They are those of semantic-conventions-genai 0.1.0; `usage.cost` is read by Langfuse.
 */
import type { Attributes } from '@opentelemetry/api';
import type { Usage } from '../../core/agent-event.ts';
import { usdOf } from '../../core/budget.ts';
import type { ModelCalled, ToolCalled, WorkingAgent } from '../../engine/ports/telemetry.ts';

/** Of providers whose name in the conventions is another one than ours. */
const PROVIDER_NAMES: Readonly<Record<string, string>> = {
  gemini: 'gcp.gemini',
  chatgpt: 'openai',
  'claude-code': 'anthropic',
};

type Named = { name: string; attributes: Attributes };

const operation = (name: string, of: string, attributes: Attributes): Named => ({
  name: `${name} ${of}`.trim(),
  attributes: { 'gen_ai.operation.name': name, ...attributes },
});

const providerName = (provider: string) => PROVIDER_NAMES[provider] ?? provider;

/** It has no tokens: its calls of models have them, and whoever sums would count them twice. */
export const invokeAgent = ({ role, provider, model }: WorkingAgent): Named =>
  operation('invoke_agent', role, {
    'gen_ai.agent.name': role,
    ...(provider !== null && { 'gen_ai.provider.name': providerName(provider) }),
    ...(model !== null && { 'gen_ai.request.model': model }),
  });

export const chat = ({ provider, model, usage, firstByteMs, nanoUsd }: ModelCalled): Named =>
  operation('chat', model, {
    'gen_ai.provider.name': providerName(provider),
    'gen_ai.request.model': model,
    ...(firstByteMs !== null && { 'gen_ai.response.time_to_first_chunk': firstByteMs / 1000 }),
    ...tokens(usage),
    ...(nanoUsd !== null && { 'gen_ai.usage.cost': usdOf(nanoUsd) }),
  });

/** Input is all of it: what was read from a cache and what was written to one are among it. */
const tokens = ({ input, cached, cacheWrite, output, reasoning }: Usage): Attributes => ({
  'gen_ai.usage.input_tokens': input + cached + cacheWrite,
  'gen_ai.usage.output_tokens': output,
  ...(cached > 0 && { 'gen_ai.usage.cache_read.input_tokens': cached }),
  ...(cacheWrite > 0 && { 'gen_ai.usage.cache_write.input_tokens': cacheWrite }),
  ...(reasoning > 0 && { 'gen_ai.usage.reasoning.output_tokens': reasoning }),
});

export const executeTool = ({ tool }: ToolCalled): Named =>
  operation('execute_tool', tool, { 'gen_ai.tool.name': tool, 'gen_ai.tool.type': 'function' });
