/** What became of an effect, where no event of its own says so: the same in every kind of stream. */
import { z } from 'zod';
import { eventSchema } from './event.ts';

export const EffectEvent = z.discriminatedUnion('type', [
  eventSchema('effect.performed', 1, { key: z.string() }),
  eventSchema('effect.failed', 1, {
    key: z.string(),
    class: z.string(),
    message: z.string(),
    failures: z.number().int(),
    /** `null`: given up. */
    retryAt: z.iso.datetime().nullable(),
  }),
  /** People let us work in the repository again: what was shut out of it is due now. */
  eventSchema('effect.resumed', 1, {}),
]);
