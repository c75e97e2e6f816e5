/** The dialects of model providers, by name. */
import type { ModelRoute } from '../engine/ports/gateway.ts';
import { anthropic } from './dialects/anthropic.ts';
import { chatgpt } from './dialects/chatgpt.ts';
import { claudePlan } from './dialects/claude-plan.ts';
import type { Dialect } from './dialects/dialect.ts';
import { gemini } from './dialects/gemini.ts';
import { openaiChat } from './dialects/openai-chat.ts';
import { openaiResponses } from './dialects/openai-responses.ts';

export const DIALECTS: Record<ModelRoute['dialect'], Dialect> = {
  'openai-responses': openaiResponses,
  'openai-chat': openaiChat,
  anthropic,
  gemini,
  chatgpt,
  'claude-plan': claudePlan,
};
