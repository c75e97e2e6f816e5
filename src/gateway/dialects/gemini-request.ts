/**
 * What a request of the Gemini API may hold. Left out on purpose: tools that Google runs and what they
 * return, files by address, and content that Google keeps. The API reads each field under a second name as
 * well (`generation_config`), which no client of ours uses.
 */
import { z } from 'zod';
import {
  allow,
  base64,
  count,
  data,
  flag,
  number,
  record,
  scalar,
  schema,
  single,
  text,
} from './allow.ts';

/** No video: a few bytes of it are an hour, and each second some hundred tokens. */
const mimeType = text.regex(
  /^(?:(?:audio|image|text)\/[\w.+-]+|application\/pdf)$/i,
  'only images, sounds, texts and PDF are forwarded',
);
const inlineData = allow({ data: base64, displayName: text }, { mimeType });
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
  // Not `numTokens`: as many as the request says, for one image.
  mediaResolution: allow({ level: text }),
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
