/** `report.md`: the task for people, with what agents and people wrote shown as it is and nothing of it read. */

import { visible } from '../../core/text/plain-text.ts';
import type { TaskView } from '../../core/view.ts';
import { describeTask } from '../describe-task.ts';

export function report(view: TaskView): string {
  const accounts = view.accounts.map(({ round, summary }) => [
    `## Round ${round}`,
    fenced(summary.split('\n')),
  ]);
  const patch = view.patch ? 'The change is in `patch.diff`, ' : '';
  return `${[
    `# Task ${view.id}`,
    fenced(describeTask(view)),
    ...accounts.flat(),
    `${patch}${patch ? 'what' : 'What'} the runs did in \`logs.txt\`, and what each of them left in \`steps\`.`,
  ].join('\n\n')}\n`;
}

/** Longer than any fence inside. */
function fenced(lines: readonly string[]): string {
  const text = lines.map(visible).join('\n');
  let longest = 2;
  for (const [marks] of text.matchAll(/`+/g)) longest = Math.max(longest, marks.length);
  const fence = '`'.repeat(longest + 1);
  return `${fence}text\n${text}\n${fence}`;
}
