/** A comment was edited or deleted: what it answered is taken back, and what it asks for now is no call. */
import type { MalformedCall } from '../../../core/trigger.ts';
import type { Intake } from '../../dependencies.ts';
import { onCommentChanged } from './answer.ts';
import { onCall } from './command.ts';

export async function onEdited(
  intake: Intake,
  trigger: Parameters<typeof onCommentChanged>[1] & { command: MalformedCall | null },
): Promise<string> {
  const note = await onCommentChanged(intake, trigger);
  return trigger.command ? `${note}; ${await onCall(intake, trigger.command)}` : note;
}
