/**
 * What Codex's app-server prints: answers to what it was asked, notifications, and questions of its own.
 * Only what is read is described here; notifications of other kinds change nothing.
 */
import { z } from 'zod';
import { Item } from './items.ts';

const id = z.union([z.string(), z.number()]);
const tokens = z.number().int().nonnegative().default(0);

export const TokenUsage = z.object({
  inputTokens: tokens,
  cachedInputTokens: tokens,
  cacheWriteInputTokens: tokens,
  outputTokens: tokens,
  reasoningOutputTokens: tokens,
});
export type TokenUsage = z.infer<typeof TokenUsage>;

export const TurnError = z.object({
  message: z.string(),
  codexErrorInfo: z.unknown(),
  additionalDetails: z.string().nullish(),
});
export type TurnError = z.infer<typeof TurnError>;

const place = { threadId: z.string(), turnId: z.string() };

const CodexNotification = z.discriminatedUnion('method', [
  z.object({
    method: z.literal('item/started'),
    params: z.object({ ...place, item: Item }),
  }),
  z.object({
    method: z.literal('item/completed'),
    params: z.object({ ...place, item: Item }),
  }),
  z.object({
    method: z.literal('thread/tokenUsage/updated'),
    params: z.object({
      ...place,
      tokenUsage: z.object({ total: TokenUsage, last: TokenUsage }),
    }),
  }),
  z.object({
    method: z.literal('error'),
    params: z.object({ ...place, error: TurnError, willRetry: z.boolean() }),
  }),
  z.object({
    method: z.literal('turn/completed'),
    params: z.object({
      threadId: z.string(),
      turn: z.object({ id: z.string(), status: z.string(), error: TurnError.nullish() }),
    }),
  }),
  ...(['warning', 'guardianWarning'] as const).map(method =>
    z.object({ method: z.literal(method), params: z.object({ message: z.string() }) }),
  ),
]);
export type CodexNotification = z.infer<typeof CodexNotification>;

/** A question of Codex: `params` are read by whoever answers it. */
export type CodexQuestion = { id: string | number; method: string; params: unknown };

const Envelope = z.union([
  z.object({ id, method: z.string(), params: z.unknown() }),
  z.object({ id, error: z.object({ message: z.string() }) }),
  z.object({ id, result: z.unknown() }),
  z.object({ method: z.string(), params: z.unknown() }),
]);

export type Message =
  | { kind: 'asked'; asked: CodexQuestion }
  | { kind: 'answered'; id: string | number; result: unknown }
  | { kind: 'refused'; id: string | number; message: string }
  | { kind: 'notified'; notification: CodexNotification }
  | { kind: 'other' }
  | { kind: 'unreadable' };

const KNOWN = new Set<string>(CodexNotification.options.map(({ shape }) => shape.method.value));

export function readMessage(value: unknown): Message {
  const read = Envelope.safeParse(value);
  if (!read.success) return { kind: 'unreadable' };
  const message = read.data;
  if ('id' in message) {
    if ('method' in message) return { kind: 'asked', asked: message };
    if ('error' in message)
      return { kind: 'refused', id: message.id, message: message.error.message };
    return { kind: 'answered', id: message.id, result: message.result };
  }
  if (!KNOWN.has(message.method)) return { kind: 'other' };
  const notification = CodexNotification.safeParse(value);
  return notification.success
    ? { kind: 'notified', notification: notification.data }
    : { kind: 'unreadable' };
}

/** The ids that answers to `thread/start`, `thread/resume` and `turn/start` give. */
export const threadOf = (result: unknown): string | null =>
  z.object({ thread: z.object({ id: z.string() }) }).safeParse(result).data?.thread.id ?? null;
export const turnOf = (result: unknown): string | null =>
  z.object({ turn: z.object({ id: z.string() }) }).safeParse(result).data?.turn.id ?? null;
