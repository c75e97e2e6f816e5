/**
 * Effects whose outcome is one event: what is done, its key, and the event that says it was done. The
 * performer returns the event, the task records it, and nothing else is decided.
 */
import { z } from 'zod';
import { eventSchema } from '../../event.ts';
import { Surface } from '../../surface.ts';
import { Target } from '../../target.ts';
import { Sha } from './work.ts';

export type RecordedDeed =
  | { kind: 'mark_ready'; run: string }
  | { kind: 'show'; surface: Surface }
  /** Ends the leases that others hold: of the task's branch, and with `work` of all its effects. */
  | { kind: 'unlock'; work: boolean };

export const recordedKey = {
  markReady: (run: string) => `ready:${run}`,
  show: (surface: Surface) => `show:${surface}`,
  unlock: () => 'unlock',
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
  /** `broken`: the leases that were held, and by which process; empty: nobody held one. */
  eventSchema('ref.unlocked', 1, {
    branch: z.string(),
    broken: z.array(z.strictObject({ lease: z.string(), holder: z.string() })),
    target: Target.nullable(),
  }),
]);
export type RecordedEvent = z.infer<typeof RecordedEvent>;
