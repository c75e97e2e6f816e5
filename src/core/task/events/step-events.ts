/** Events of a step of the graph that are no run's. */
import { z } from 'zod';
import { Person } from '../../actor.ts';
import { eventSchema } from '../../event.ts';

export const StepEvent = z.discriminatedUnion('type', [
  /** It is its turn, and it does nothing: its condition does not hold, or it failed and may be left out. */
  eventSchema('step.skipped', 1, { step: z.string(), round: z.number().int(), reason: z.string() }),
  /** An earlier step, and all that stand on it, work again because of what this run found. */
  /** A person has the work go on as it is, though this run, a review, blocks it. */
  eventSchema('step.overridden', 1, {
    step: z.string(),
    run: z.string(),
    by: Person,
    because: z.string(),
  }),
  eventSchema('step.sent_back', 1, { step: z.string(), to: z.string(), run: z.string() }),
]);
export type StepEvent = z.infer<typeof StepEvent>;
