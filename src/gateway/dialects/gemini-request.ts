/**
 * What a request of the Gemini API may hold. Left out on purpose: tools that Google runs and what they
 * return, files by address, and content that Google keeps. The API reads each field under a second name as
 * well (`generation_config`), which no client of ours uses.
 */
import { z } from 'zod';
import { allow, count, data, flag, number, record, scalar, schema, single, text } from './allow.ts';

const inlineData = allow({
  // A few bytes of it are an hour, which no estimate sees.
  mimeType: text.regex(/^(?!video\/)/i, 'a video may cost more than is reserved'),
  data: text,
  displayName: text,
});
const part = allow({
  text,
  thought: flag,
  thoughtSignature: text,
  inlineData,
  functionCall: allow({ id: text, name: text, args: data }),
  functionResponse: allow({
    id: text,
    name: text,
    response: data,
    parts: z.array(allow({ inlineData })),
    scheduling: text,
    willContinue: flag,
  }),
  mediaResolution: record(scalar),
});
const content = allow({ role: text, parts: z.array(part) });

export const GeminiRequest = allow({
  contents: z.array(content),
  systemInstruction: content,
  tools: z.array(
    allow({
      functionDeclarations: z.array(
        allow({
          name: text,
          description: text,
          behavior: text,
          parameters: schema,
          parametersJsonSchema: schema,
          response: schema,
          responseJsonSchema: schema,
        }),
      ),
    }),
  ),
  toolConfig: allow({
    functionCallingConfig: allow({ mode: text, allowedFunctionNames: z.array(text) }),
  }),
  safetySettings: z.array(record(scalar)),
  generationConfig: allow({
    candidateCount: single,
    maxOutputTokens: count,
    temperature: number,
    topP: number,
    topK: number,
    seed: number,
    presencePenalty: number,
    frequencyPenalty: number,
    stopSequences: z.array(text),
    responseMimeType: text,
    responseModalities: z.array(z.literal('TEXT')),
    responseSchema: schema,
    responseJsonSchema: schema,
    responseLogprobs: flag,
    logprobs: number,
    mediaResolution: text,
    thinkingConfig: record(scalar),
  }),
});
