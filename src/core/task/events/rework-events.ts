/** The events of a task about more work on its pull request: asked for, begun, given up. */
import { z } from 'zod';
import { Person, TokenActor } from '../../actor.ts';
import { eventSchema } from '../../event.ts';
import { FailedCheck } from '../../failed-check.ts';
import { ReworkOrigin } from '../../profile.ts';
import { ReviewThread } from '../../review-thread.ts';
import { Taint } from '../../taint.ts';
import { Target } from '../../target.ts';
import { Sha } from './work.ts';

const number = z.number().int();

export const ReworkEvent = z.discriminatedUnion('type', [
  /** Someone, a failing check or a conflict with the base wants more work on the same pull request. */
  eventSchema('rework.requested', 4, {
    id: z.string(),
    origin: ReworkOrigin,
    role: z.string(),
    instructions: z.string(),
    by: Person.nullable(),
    /** What called for it from outside GitHub; null where nothing did. */
    caller: TokenActor.nullable(),
    target: Target.nullable(),
    check: FailedCheck.nullable(),
    /** The threads on lines that a review began: each gets an answer of its own. */
    threads: z.array(ReviewThread),
    /** The commit of the base that is merged into the branch; null where the work is another. */
    merges: z.strictObject({ ref: z.string(), sha: Sha }).nullable(),
    taint: z.array(Taint),
  }),
  /** Failing checks and calls start no more work here until a person asks for some. `check`: null of a call. */
  eventSchema('remediation.stopped', 2, { check: FailedCheck.nullable(), reason: z.string() }),
  eventSchema('rework.declined', 1, { id: z.string(), reason: z.string() }),
  /** Round 1 begins with the task; each rework that starts is a round. */
  eventSchema('round.opened', 1, { round: number, rework: z.string(), parent: Sha }),
]);
