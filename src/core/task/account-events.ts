/** Events that account for a run: what it left, and what it spent. */
import { z } from 'zod';
import { Digest } from '../decision.ts';
import { eventSchema } from '../event.ts';
import { RunSpend } from '../spend.ts';

const number = z.number().int();

export const AccountEvent = z.discriminatedUnion('type', [
  eventSchema('artifact.stored', 1, {
    run: z.string(),
    artifacts: z.array(z.strictObject({ name: z.string(), digest: Digest, bytes: number })),
  }),
  /** What the run has spent in all, as far as the ledger's entry `until`. */
  eventSchema('run.spent', 1, { run: z.string(), until: number, spend: RunSpend }),
]);
