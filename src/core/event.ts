/** The envelope that every event of every stream is stored in. */
import { z } from 'zod';
import { Actor, Correlation } from './actor.ts';
import { StreamRef } from './stream.ts';

/** Which opening of which effect an event settles. */
export const Settles = z.strictObject({ key: z.string(), since: z.number().int() });
export type Settles = z.infer<typeof Settles>;

/** The schema of one event type in its present version: what the envelope holds of it. */
export const eventSchema = <T extends string, V extends number, D extends z.ZodRawShape>(
  type: T,
  v: V,
  data: D,
) => z.strictObject({ type: z.literal(type), v: z.literal(v), data: z.strictObject(data) });

export const StoredEvent = z.strictObject({
  stream: StreamRef,
  /** 1, 2, 3 … within the stream. */
  seq: z.number().int().positive(),
  /** ISO 8601, UTC, with milliseconds. */
  at: z.string(),
  type: z.string(),
  v: z.number().int().positive(),
  data: z.record(z.string(), z.unknown()),
  actor: Actor,
  correlation: Correlation,
  settles: Settles.nullable(),
  /** Hash of the event before, and of this one: see `engine/chain.ts`. */
  prev: z.string(),
  hash: z.string(),
});
export type StoredEvent = z.infer<typeof StoredEvent>;
