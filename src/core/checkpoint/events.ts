/** Every event of the stream of checkpoints: what the heads of all other streams were at a time. */
import { z } from 'zod';
import { Digest } from '../decision.ts';
import { eventSchema } from '../event.ts';

/** The last event of a stream: its number and its hash, which covers every event before it. */
export const StreamEnd = z.strictObject({
  /** The stream's name, such as `task/42-1-0a1b2c3d`. */
  stream: z.string().min(3).max(160),
  seq: z.number().int().positive(),
  hash: Digest,
});
export type StreamEnd = z.infer<typeof StreamEnd>;

export const CheckpointEvent = z.discriminatedUnion('type', [
  /** The streams that grew since the checkpoint before. */
  eventSchema('checkpoint.made', 1, { ends: z.array(StreamEnd).min(1).max(500) }),
  /** The checkpoints up to this event are kept outside the database as well. */
  eventSchema('checkpoint.anchored', 1, {
    checkpoint: z.number().int().positive(),
    /** Where: addresses of check runs. */
    places: z.array(z.string()).max(200),
  }),
]);
export type CheckpointEvent = z.infer<typeof CheckpointEvent>;
