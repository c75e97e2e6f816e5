/**
 * Effects whose outcome is one event: what is done, its key, and the event that says it was done. The
 * performer returns the event, the task records it, and nothing else is decided.
 */
import { z } from 'zod';
import { eventSchema } from '../event.ts';
import { Surface } from '../surface.ts';
import { Sha } from './work.ts';

export type RecordedDeed = { kind: 'mark_ready'; run: string } | { kind: 'show'; surface: Surface };

export const recordedKey = {
  markReady: (run: string) => `ready:${run}`,
  show: (surface: Surface) => `show:${surface}`,
};

export const RecordedEvent = z.discriminatedUnion('type', [
  eventSchema('pull.readied', 1, { run: z.string() }),
  eventSchema('surface.shown', 1, {
    surface: Surface,
    /** GitHub's id of the comment, check run or pull request. */
    id: z.number().int(),
    digest: z.string(),
    /** The head a check run stands on. */
    head: Sha.nullable(),
    conclusion: z.string().nullable(),
  }),
  /** The reply that asks for an approval stands on GitHub: what is answered after it answers it. */
  eventSchema('approval.posted', 1, { approval: z.string(), comment: z.number().int() }),
]);
export type RecordedEvent = z.infer<typeof RecordedEvent>;
