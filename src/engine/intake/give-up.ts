/** A call that can't be followed is answered all the same: what was acknowledged is done, or refused with a reason. */
import { backlogStream } from '../../core/stream.ts';
import type { CommandCall, MalformedCall, Trigger } from '../../core/trigger.ts';
import type { Intake } from '../dependencies.ts';
import { GitHubFailure } from '../ports/github.ts';
import { RemoteAway, WorkspaceRefused } from '../ports/workspace.ts';
import { admitCall } from './callers/callers.ts';
import { hasFollowed, takeLabelOff, taskThatHas } from './intake.ts';
import { reply } from './reply.ts';

const isCall = (trigger: Trigger): trigger is CommandCall | MalformedCall =>
  trigger.kind === 'command' || trigger.kind === 'malformed_command';

/**
 * Answers whoever may call, as far as that can be found out; nobody where the trigger is no call. Whether
 * nothing is left to do about it: who called was told, or the call has begun something.
 */
export async function answerGivenUp(
  intake: Intake,
  trigger: Trigger,
  error: unknown,
): Promise<boolean> {
  if (!isCall(trigger)) return false;
  const { admitted } = await admitCall(intake, trigger);
  if (!admitted) return false;
  if (!(await hasBegun(intake, trigger))) await refuse(intake, trigger, error);
  await takeLabelOff(intake, trigger);
  return true;
}

async function refuse(
  intake: Intake,
  call: CommandCall | MalformedCall,
  error: unknown,
): Promise<void> {
  if (call.kind === 'malformed_command') {
    await reply(intake, call, call.answer);
    return;
  }
  const command = call.commands[0]?.name ?? 'help';
  await reply(intake, call, { code: 'refused', command, reasons: reasonsOf(error) });
}

/** Whether the delivery began or changed a task, or a backlog, before it failed. */
const hasBegun = async (intake: Intake, call: CommandCall | MalformedCall): Promise<boolean> =>
  (await taskThatHas(intake, call)) !== null ||
  hasFollowed(intake, backlogStream(call.repository.id, call.issue));

/** What failed within Gatehouse itself is for its operators alone; git names folders of this machine. */
const reasonsOf = (error: unknown): string[] =>
  error instanceof GitHubFailure || error instanceof WorkspaceRefused || error instanceof RemoteAway
    ? [
        error instanceof RemoteAway
          ? 'The repository could not be fetched from GitHub: git got no answer.'
          : error.message,
        'Call again when that has changed.',
      ]
    : ['Gatehouse failed however often it tried. Its log says why: ask its operators.'];
