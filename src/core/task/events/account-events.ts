/** Events that account for a run: what it left, and what it spent. */
import { z } from 'zod';
import { ReachedCap } from '../../budget.ts';
import { Digest } from '../../decision.ts';
import { eventSchema } from '../../event.ts';
import { RunSpend } from '../../spend.ts';
import { Checkpoint } from './work.ts';

const number = z.number().int();

export const AccountEvent = z.discriminatedUnion('type', [
  eventSchema('artifact.stored', 1, {
    run: z.string(),
    artifacts: z.array(z.strictObject({ name: z.string(), digest: Digest, bytes: number })),
  }),
  /** What the run has spent in all, as far as the ledger's entry `until`. */
  eventSchema('run.spent', 1, { run: z.string(), until: number, spend: RunSpend }),
  /** A cap left no room: the run ends, and what it did so far is kept. */
  eventSchema('budget.reached', 1, {
    run: z.string(),
    reached: ReachedCap,
    /** Null where there was nothing to keep. */
    checkpoint: Checkpoint.nullable(),
  }),
  /** The cap that an earlier run reached is raised, before this run of the same step starts. */
  eventSchema('budget.raised', 1, {
    run: z.string(),
    reached: ReachedCap,
    to: number,
    /** Null where policy raises it without an approval. */
    approval: z.string().nullable(),
  }),
  /** A new day or month has begun, in which the cap leaves room: this run starts without raising it. */
  eventSchema('budget.freed', 1, { run: z.string(), reached: ReachedCap }),
]);
