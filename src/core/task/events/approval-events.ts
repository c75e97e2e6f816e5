/** What people are asked to approve, what they answer, and what becomes of it. */
import { z } from 'zod';
import { Person } from '../../actor.ts';
import { Capsule } from '../../approvals/capsule.ts';
import { Digest, Gate } from '../../decision.ts';
import { eventSchema } from '../../event.ts';
import { Noted } from '../../finding.ts';
import { Target } from '../../target.ts';
import { Sha } from './work.ts';

const RunId = z.string();
const Time = z.iso.datetime();
const number = z.number().int();

export const ApprovalEvent = z.discriminatedUnion('type', [
  eventSchema('approval.requested', 2, {
    approval: z.string(),
    /** The run that waits; null where the task itself, or a rework of it, does. */
    run: RunId.nullable(),
    rework: z.string().nullable(),
    gate: Gate,
    action: z.string(),
    resource: z.string(),
    /** The head it is bound to; null before anything is pushed. */
    head: Sha.nullable(),
    /** All that it is bound to, and its digest. */
    capsule: Capsule.nullable(),
    digest: Digest.nullable(),
    /** The facts of what an agent asked for in the middle of its run; null of all else. */
    facts: Digest.nullable(),
    /** What the change touches, the first of it. */
    files: z.array(z.string()),
    /** What was found in it, and where, the first of it. */
    findings: z.array(Noted),
    approvers: z.array(z.string()),
    quorum: number,
    reasons: z.array(z.string()),
    /** For how long an approval holds after it was given. */
    holdsForHours: z.number().positive(),
  }),
  /** A person said approve, deny or revoke: in words, by a button, or in the console. */
  eventSchema('approval.answered', 2, {
    answer: z.string(),
    says: z.enum(['approve', 'deny', 'revoke']),
    approval: z.string().nullable(),
    by: Person,
    via: z.enum(['issue_comment', 'review_comment', 'review', 'button', 'console']),
    /** GitHub's id of the comment or review, and the digest of its text; null of what has no text there. */
    comment: number.nullable(),
    text: Digest.nullable(),
    reason: z.string(),
    at: z.string(),
    /** Where it is replied to; null: in the task's conversation. */
    target: Target.nullable(),
  }),
  /** A person does not want to be reminded of it now; for everybody else nothing changes. `aside`: false takes it up again. */
  eventSchema('approval.put_aside', 1, { approval: z.string(), by: Person, aside: z.boolean() }),
  /** It counts, by this rule; or, where it is against it, it stops what was asked. */
  eventSchema('approval.confirmed', 2, {
    approval: z.string(),
    statement: z.string(),
    by: Person,
    says: z.enum(['approves', 'objects']),
    /** The name of the approval rule. */
    rule: z.string(),
    reason: z.string(),
  }),
  eventSchema('approval.granted', 2, {
    approval: z.string(),
    head: Sha.nullable(),
    by: z.array(Person),
    /** The reviews that said so: none of them counts for any later head. */
    reviews: z.array(number),
    /** Whatever was not used until then expires. */
    until: Time.nullable(),
  }),
  eventSchema('approval.refused', 2, {
    approval: z.string(),
    /** The review that does not count; null where it is a command or a button. */
    review: number.nullable(),
    statement: z.string().nullable(),
    target: Target.nullable(),
    by: Person,
    rule: z.string(),
    reason: z.string(),
  }),
  /** What an agent asked in the middle of its run is denied, and it goes on without it; or a plan is, or a raised cap. */
  eventSchema('approval.denied', 1, {
    approval: z.string(),
    by: z.array(Person),
    reason: z.string(),
  }),
  /** Words that approved were edited or deleted. */
  eventSchema('approval.revoked', 1, { answer: z.string(), by: Person, how: z.string() }),
  eventSchema('approval.voided', 1, {
    approval: z.string(),
    by: z.array(Person),
    was: Sha.nullable(),
    head: Sha.nullable(),
    reason: z.string(),
  }),
  /** The one use of an approval begins: by this effect, for exactly this content. */
  eventSchema('approval.used', 1, {
    approval: z.string(),
    digest: Digest,
    effect: z.string(),
    /** The reviews that it rested on: none of them counts for another use. */
    reviews: z.array(number),
  }),
]);
