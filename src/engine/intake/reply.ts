/** A call is acknowledged at once, and answered also where it makes no task. */
import type { Person, Repository } from '../../core/actor.ts';
import type { DeliveryReply, SingleReply } from '../../core/reply.ts';
import type { Target } from '../../core/target.ts';
import type { Intake } from '../dependencies.ts';
import { personOf, sendToDelivery } from './intake.ts';

export type Caller = { by: Person; repository: Repository; target: Target };

/** Sent before anything is looked up, so that the caller sees within a second that it arrived. */
export async function acknowledge(intake: Intake, caller: Caller): Promise<void> {
  const { repository, target } = caller;
  const by = personOf(caller.by);
  // Refused where the delivery comes again: it was acknowledged then.
  await sendToDelivery(intake, { type: 'acknowledge', repository, by, target }, by);
}

/** What came of a command: a note for our own log, or what is to be answered. */
export type CommandResult = string | SingleReply;

export async function respond(
  intake: Intake,
  caller: Caller,
  outcome: CommandResult,
): Promise<string> {
  return typeof outcome === 'string' ? outcome : reply(intake, caller, outcome);
}

export async function reply(
  intake: Intake,
  caller: Caller,
  answer: DeliveryReply,
): Promise<string> {
  const { repository, target } = caller;
  const by = personOf(caller.by);
  const handled = await sendToDelivery(
    intake,
    { type: 'answer', repository, by, target, answer },
    by,
  );
  return handled.ok ? `answered ${answer.code}` : handled.refusal.message;
}
