/** A call that can't be followed is answered all the same: what was acknowledged is done, or refused with a reason. */
import type { CommandCall, MalformedCall, Trigger } from '../../core/trigger.ts';
import type { Intake } from '../dependencies.ts';
import { GitHubFailure } from '../ports/github.ts';
import { WorkspaceRefused } from '../ports/workspace.ts';
import { admitCall } from './callers.ts';
import { taskThatHas } from './intake.ts';
import { reply } from './reply.ts';

const isCall = (trigger: Trigger): trigger is CommandCall | MalformedCall =>
  trigger.kind === 'command' || trigger.kind === 'malformed_command';

/** Answers whoever may call, as far as that can be found out; nobody where the trigger is no call. */
export async function answerGivenUp(
  intake: Intake,
  trigger: Trigger,
  error: unknown,
): Promise<void> {
  if (!isCall(trigger)) return;
  const { admitted } = await admitCall(intake, trigger);
  if (!admitted || (await taskThatHas(intake, trigger))) return;
  if (trigger.kind === 'malformed_command') {
    await reply(intake, trigger, trigger.answer);
    return;
  }
  const command = trigger.commands[0]?.name ?? 'help';
  await reply(intake, trigger, { code: 'refused', command, reasons: reasonsOf(error) });
}

/** What failed within Gatehouse itself is for its operators alone. */
const reasonsOf = (error: unknown): string[] =>
  error instanceof GitHubFailure || error instanceof WorkspaceRefused
    ? [error.message, 'Call again when that has changed.']
    : ['Gatehouse failed however often it tried. Its log says why: ask its operators.'];
