/** Anchors: checkpoints kept where whoever can change the database can't. */
import { z } from 'zod';
import { Digest } from '../decision.ts';
import { StreamEnd } from './events.ts';

export const Anchor = z.strictObject({
  v: z.literal(1),
  /** The checkpoint's event: its number in the stream of checkpoints, its hash, its time (ISO 8601). */
  checkpoint: z.number().int().positive(),
  hash: Digest,
  at: z.string(),
  /** Of the streams that grew before it: all in our file, and on GitHub those of one repository. */
  ends: z.array(StreamEnd),
  /** Over all of the above, as canonical JSON: base64. */
  signature: z.string().regex(/^[A-Za-z0-9+/]+=*$/),
});
export type Anchor = z.infer<typeof Anchor>;
