/** Every event of a stream of callers: people who called in one repository within one day and may not. */
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
  ...EffectEvent.options,
]);
export type CallersEvent = z.infer<typeof CallersEvent>;
