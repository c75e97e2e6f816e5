/** Every event of a delivery's stream: a call that was heard, and what we said where it made no task. */
import { z } from 'zod';
import { Person, Repository } from '../actor.ts';
import { Answer } from '../answer.ts';
import { Target } from '../target.ts';

const event = <T extends string, D extends z.ZodRawShape>(type: T, data: D) =>
  z.strictObject({ type: z.literal(type), v: z.literal(1), data: z.strictObject(data) });

export const DeliveryEvent = z.discriminatedUnion('type', [
  /** Somebody called us: said before anything is looked up. */
  event('delivery.heard', { repository: Repository, by: Person, target: Target }),
  event('delivery.answered', {
    repository: Repository,
    by: Person,
    target: Target,
    answer: Answer,
  }),
  event('effect.performed', { key: z.string() }),
  event('effect.failed', {
    key: z.string(),
    class: z.string(),
    message: z.string(),
    failures: z.number().int(),
    retryAt: z.iso.datetime().nullable(),
  }),
]);
export type DeliveryEvent = z.infer<typeof DeliveryEvent>;
