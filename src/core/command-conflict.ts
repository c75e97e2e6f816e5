/** Whether the commands of one comment can stand together. All are judged before any is done. */
import { COMMANDS, type GivenCommand } from './commands.ts';

/** Why they can't, as a sentence; `null` where all can be done, in their order. */
export function commandConflict(commands: readonly GivenCommand[]): string | null {
  const does = commands.map(({ name }) => COMMANDS[name].does);
  const count = (kind: (typeof does)[number]['kind']) =>
    does.filter(work => work.kind === kind).length;
  const approves = does.some(work => work.kind === 'answer' && work.says === 'approve');
  if (count('answer') > 1) return 'Only one answer can hold, and these are several.';
  if (count('task') > 1) return 'Each of them starts work, and only one task works here at a time.';
  if (count('cancel') > 1) return null;
  if (count('pause') > 0 && (count('resume') > 0 || count('task') > 0 || count('retry') > 0))
    return 'One of them lets nothing more begin here, and another begins something.';
  if (count('cancel') > 0 && (count('task') > 0 || count('retry') > 0 || approves))
    return 'One of them stops the work here, and another lets it go on.';
  if (approves && count('task') > 0)
    return 'An approval is of the change as it stands, and the new work changes it.';
  return null;
}
