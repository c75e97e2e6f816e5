/** Whoever calls is heard at once; a call that makes no task is answered all the same. */

import type { Person, Repository } from '../../core/actor.ts';
import type { Reply } from '../../core/reply.ts';
import { deliveryStream } from '../../core/stream.ts';
import type { Target } from '../../core/target.ts';
import type { Intake } from './intake.ts';

type Calling = { by: Person; repository: Repository; target: Target };

/** Before anything is looked up: whoever called sees within the second that it arrived. */
export async function acknowledge(
  { handle }: Pick<Intake, 'handle'>,
  guid: string,
  call: Calling,
): Promise<void> {
  const { repository, target } = call;
  const by = { id: call.by.id, login: call.by.login };
  // Refused where the delivery comes again: it was heard then.
  await handle({
    stream: deliveryStream(guid),
    command: { type: 'acknowledge', repository, by, target },
    actor: { kind: 'person', ...by },
    correlation: { delivery: guid },
  });
}

export async function reply(
  { handle }: Pick<Intake, 'handle'>,
  guid: string,
  call: Calling,
  answer: Reply,
): Promise<string> {
  const { repository, target } = call;
  const by = { id: call.by.id, login: call.by.login };
  const handled = await handle({
    stream: deliveryStream(guid),
    command: { type: 'answer', repository, by, target, answer },
    actor: { kind: 'person', ...by },
    correlation: { delivery: guid },
  });
  return handled.ok ? `answered ${answer.code}` : handled.refusal.message;
}
