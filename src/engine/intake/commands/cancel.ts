/** Somebody stops the work: by command, label or button. */
import { hasRole, steererOf } from '../../../core/actor.ts';
import { COMMANDS } from '../../../core/commands/commands.ts';
import type { Intake } from '../../dependencies.ts';
import { personOf, sendToTask } from '../intake.ts';
import type { Caller, CommandResult } from '../reply.ts';

/** Who may start work may stop it. `target`: where it is said that the work is being stopped. */
export async function cancel(
  intake: Intake,
  caller: Omit<Caller, 'target'> & { target: Caller['target'] | null },
  task: string,
): Promise<CommandResult> {
  const { target } = caller;
  const role = await intake.github.facts.role(caller.repository, caller.by);
  const least = COMMANDS.cancel.role;
  if (!hasRole(role, least)) {
    const reasons = [
      `Canceling takes the role ${least}, and ${caller.by.login} has ${role}: ask someone who has it.`,
    ];
    return { code: 'refused', command: 'cancel', reasons };
  }
  const by = steererOf(caller.by);
  const handled = await sendToTask(
    intake,
    task,
    { type: 'cancel', by, target },
    personOf(caller.by),
  );
  return handled.ok ? `canceled ${task}` : handled.refusal.message;
}
