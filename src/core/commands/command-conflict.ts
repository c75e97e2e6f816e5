/** Whether the commands of one comment can stand together. All are judged before any is done. */
import type { CommandWork } from './command-work.ts';
import { COMMANDS, type GivenCommand } from './commands.ts';

/** Why they can't, as a sentence; `null` where all can be done, in their order. */
export function commandConflict(commands: readonly GivenCommand[]): string | null {
  const given = commands.map(({ name, text }) => ({ does: COMMANDS[name].does, text }));
  const count = (...kinds: CommandWork['kind'][]) =>
    given.filter(({ does }) => kinds.includes(does.kind)).length;
  const approves = given.some(({ does }) => does.kind === 'answer' && does.says === 'approve');
  // An item of a backlog that is canceled stops nothing else.
  const stops = given.some(({ does, text }) => does.kind === 'cancel' && text === '');
  if (count('answer') > 1) return 'Only one answer can hold, and these are several.';
  if (count('task', 'play', 'retry', 'override') > 1)
    return 'Each of them starts work, and only one task works here at a time.';
  if (count('pause') > 0 && count('resume', 'task', 'play', 'retry', 'override') > 0)
    return 'One of them lets nothing more begin here, and another begins something.';
  if (stops && (approves || count('resume', 'task', 'play', 'retry', 'override') > 0))
    return 'One of them stops the work here, and another lets it go on.';
  if (approves && count('task', 'play', 'retry', 'override') > 0)
    return 'An approval is of the change as it stands, and the new work changes it.';
  return null;
}
