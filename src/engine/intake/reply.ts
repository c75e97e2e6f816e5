/** A call that makes no task is answered all the same: a silent skip helps nobody. */
import type { Person, Repository } from '../../core/actor.ts';
import type { Answer } from '../../core/answer.ts';
import type { Target } from '../../core/target.ts';
import type { Intake } from './intake.ts';

export async function reply(
  { handle }: Pick<Intake, 'handle'>,
  guid: string,
  call: { by: Person; repository: Repository; target: Target },
  answer: Answer,
): Promise<string> {
  const { repository, target } = call;
  const by = { id: call.by.id, login: call.by.login };
  const handled = await handle({
    stream: { kind: 'delivery', id: guid },
    command: { type: 'answer', repository, by, target, answer },
    actor: { kind: 'person', ...by },
    correlation: { delivery: guid },
  });
  return handled.ok ? `answered ${answer.code}` : handled.reason;
}
