/** The model behind the gateway, which adds the key: each dialect by its own provider of the AI SDK. */
import { createAnthropic } from '@ai-sdk/anthropic';
import { createGoogleGenerativeAI } from '@ai-sdk/google';
import { createOpenAI } from '@ai-sdk/openai';
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import type { LanguageModel } from 'ai';
import type { ApiStart } from '../protocol.ts';

/** The providers of the SDK want one. */
const NO_KEY = 'the-gateway-adds-it';

export function modelOf({ model: { name, dialect }, gateway }: ApiStart): LanguageModel {
  switch (dialect) {
    case 'anthropic':
      return createAnthropic({ baseURL: `${gateway}/v1`, apiKey: NO_KEY })(name);
    case 'gemini':
      return createGoogleGenerativeAI({ baseURL: `${gateway}/v1beta`, apiKey: NO_KEY })(name);
    case 'openai-responses':
      return createOpenAI({
        baseURL: `${gateway}/v1`,
        apiKey: NO_KEY,
        fetch: inBackground,
      }).responses(name);
    case 'openai-chat': {
      const provider = { name: 'compatible', baseURL: `${gateway}/v1`, apiKey: NO_KEY };
      return createOpenAICompatible({ ...provider, includeUsage: true })(name);
    }
    case 'claude-plan':
    case 'chatgpt':
      throw new Error('A plan is for the CLI of its provider alone.');
  }
}

/** A long answer outlives a lost connection: the gateway takes it up again. The SDK has no option for it. */
const inBackground: typeof fetch = (address, init) => {
  if (typeof init?.body !== 'string') return fetch(address, init);
  const body = JSON.stringify({ ...JSON.parse(init.body), background: true });
  return fetch(address, { ...init, body });
};
