/** Many calls for work at once: those beyond the first few are answered together, in one comment. */
import { COMMANDS } from '../../../core/commands/commands.ts';
import { callersStream } from '../../../core/stream.ts';
import type { CommandCall, MalformedCall } from '../../../core/trigger.ts';
import type { Intake } from '../../dependencies.ts';
import { actorOf, personOf } from '../intake.ts';

/** Whether the call is answered together with others. */
export async function gather(intake: Intake, call: CommandCall | MalformedCall): Promise<boolean> {
  const { settings, quotas, handle, now, delivery } = intake;
  const { atOnce, batchSeconds } = settings.calls;
  if (atOnce === 0 || call.kind !== 'command') return false;
  const work = call.commands.filter(({ name }) => COMMANDS[name].does.kind === 'task');
  if (work.length === 0 || work.length < call.commands.length) return false;
  const { repository, issue } = call;
  const spanMs = batchSeconds * 1_000;
  const limit = [{ spanMs, limit: atOnce }];
  if ((await quotas.take(`at-once:${repository.installation}:${repository.id}`, limit)) === 0)
    return false;
  const by = personOf(call.by);
  const commands = work.map(({ name }) => name);
  await handle({
    stream: callersStream(repository.id, await now()),
    command: { type: 'gather', data: { repository, by, issue, commands }, spanMs },
    actor: actorOf(by),
    correlation: { delivery },
  });
  return true;
}
