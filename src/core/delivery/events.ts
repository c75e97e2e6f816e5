/** Every event of a delivery's stream: its acknowledgement, and its outcome where it makes no task. */
import { z } from 'zod';
import { Person, Repository } from '../actor.ts';
import { Digest } from '../decision.ts';
import { EffectEvent } from '../effect-event.ts';
import { eventSchema } from '../event.ts';
import { JudgedHead } from '../judged-head.ts';
import { DeliveryReply } from '../reply.ts';
import { Target } from '../target.ts';

export const DeliveryEvent = z.discriminatedUnion('type', [
  /** A call is acknowledged, before anything is looked up. */
  eventSchema('delivery.heard', 1, { repository: Repository, by: Person, target: Target }),
  eventSchema('delivery.answered', 1, {
    repository: Repository,
    by: Person,
    target: Target,
    answer: DeliveryReply,
  }),
  /** The one-shot label that called is taken off, whatever came of it. */
  eventSchema('delivery.label_used', 1, {
    repository: Repository,
    issue: z.number().int(),
    label: z.string(),
  }),
  eventSchema('policy.examination_requested', 1, {
    repository: Repository,
    pull: z.number().int(),
    head: z.string(),
    /** What of it is policy. */
    paths: z.array(z.string()),
  }),
  eventSchema('policy.examined', 1, {
    pull: z.number().int(),
    head: z.string(),
    verdict: z.enum(['success', 'neutral', 'failure']),
    /** The digest of the policies that would decide; `null` where they are not valid. */
    digest: Digest.nullable(),
    faults: z.number().int(),
    flips: z.number().int(),
    /** GitHub's id of the check run. */
    check: z.number().int(),
  }),
  /** The rules on the default branch can't be used: nothing is done in the repository until they are corrected. */
  eventSchema('policy.faults_found', 1, {
    repository: Repository,
    head: z.string(),
    faults: z.number().int(),
  }),
  /** Our check is required on a commit that no task of ours stands on. */
  eventSchema('check.requested', 1, { repository: Repository, about: JudgedHead }),
  ...EffectEvent.options,
]);
export type DeliveryEvent = z.infer<typeof DeliveryEvent>;
