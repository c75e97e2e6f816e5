/** Every event of a stream of callers: who called in one repository within one day and is answered with others. */
import { z } from 'zod';
import { Person, Repository } from '../actor.ts';
import { EffectEvent } from '../effect-event.ts';
import { eventSchema } from '../event.ts';
import { Target } from '../target.ts';

export const CallersEvent = z.discriminatedUnion('type', [
  eventSchema('caller.turned_away', 1, {
    repository: Repository,
    by: Person,
    target: Target,
    command: z.string(),
    /** The role that the command takes. */
    needs: z.string(),
  }),
  /** Somebody who was turned away has the role by now. */
  eventSchema('caller.let_in', 1, { by: Person }),
  /** Many called for work at once: this call is answered in one comment with the others of its batch. */
  eventSchema('call.gathered', 1, {
    repository: Repository,
    by: Person,
    issue: z.number().int(),
    commands: z.array(z.string()).min(1),
    /** Counted within the stream. */
    batch: z.number().int().positive(),
  }),
  ...EffectEvent.options,
]);
export type CallersEvent = z.infer<typeof CallersEvent>;
