/** What the scripted model knows of a provider's API. */
import type { Answer } from './answer.ts';
import type { OfferedTool } from './tools.ts';

/** A request, as far as the script needs it. */
export type Asked = {
  model: string;
  streamed: boolean;
  /** What people said, last message last. */
  prompts: string[];
  /** How often the tools answered since the last message of a person. */
  turn: number;
  tools: OfferedTool[];
};

/** `event` is its name where the dialect gives one; `data` is sent as JSON, and a text as it is. */
export type StreamEvent = { event?: string; data: unknown };

/** `id`: unique in the conversation, and the same for a retry. */
export type Answering = { answer: Answer; id: string; model: string };

export type Dialect = {
  /** The request, read; `null` where the path is not one that answers with a model's text. */
  read(path: URL, body: Body): Asked | null;
  stream(answering: Answering): StreamEvent[];
  whole(answering: Answering): unknown;
  error(status: number, message: string): unknown;
};

export type Body = Record<string, unknown>;

const isBody = (value: unknown): value is Body => typeof value === 'object' && value !== null;

/** The objects in the list at a field. */
export const listAt = (body: Body, field: string): Body[] => {
  const found = body[field];
  return Array.isArray(found) ? found.filter(isBody) : [];
};

export const objectAt = (body: Body, field: string): Body => {
  const found = body[field];
  return isBody(found) ? found : {};
};

export const textAt = (body: Body, field: string): string => {
  const found = body[field];
  return typeof found === 'string' ? found : '';
};

/** What a message says: a text, or several parts of which some are texts. */
export const saidIn = (message: Body, field = 'content'): string =>
  textAt(message, field) ||
  listAt(message, field)
    .map(part => textAt(part, 'text'))
    .join('');

/** The messages after the last one of a person. */
export const since = (messages: Body[], isPrompt: (message: Body) => boolean): Body[] =>
  messages.slice(messages.findLastIndex(isPrompt) + 1);

/** The arguments of a call as the JSON text in which they are streamed. */
export const argumentsOf = (call: Answer['call']): string =>
  call && 'arguments' in call ? JSON.stringify(call.arguments) : (call?.input ?? '');
