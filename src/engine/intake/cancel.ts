/** Somebody stops the work: by command, label or button. */

import { COMMANDS } from '../../core/commands.ts';
import { taskStream } from '../../core/stream.ts';
import type { TaskRow } from '../ports/event-log.ts';
import type { CommandCall, Intake } from './intake.ts';
import { reply } from './reply.ts';

/** Who may start work may stop it. */
export async function cancel(
  deps: Intake,
  guid: string,
  call: Pick<CommandCall, 'by' | 'repository' | 'target'>,
  row: TaskRow,
): Promise<string> {
  const role = await deps.github.facts.role(call.repository, call.by);
  if (!['write', 'maintain', 'admin'].includes(role)) {
    const reasons = [
      `Canceling takes the role ${COMMANDS.cancel.role}; ${call.by.login} has ${role}.`,
    ];
    return reply(deps, guid, call, { code: 'refused', command: 'cancel', reasons });
  }
  const by = { id: call.by.id, login: call.by.login };
  const handled = await deps.handle({
    stream: taskStream(row.id),
    command: { type: 'cancel', by, target: call.target },
    actor: { kind: 'person', ...by },
    correlation: { delivery: guid },
  });
  return handled.ok ? `canceled ${row.id}` : handled.refusal.message;
}
