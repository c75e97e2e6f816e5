/** What an action is, in words that follow "to": people are not shown the names that policies use. */
import { Action } from './decision.ts';

/** `on`: whether the sentence ends with what the action is done to. */
const WORDS: Readonly<Record<Action, { words: string; on: boolean }>> = {
  'task.start': { words: 'start the task', on: false },
  'run.start': { words: 'start the next step', on: false },
  'role.use': { words: 'work in the role', on: true },
  'budget.raise': { words: 'raise', on: true },
  'command.exec': { words: 'run', on: true },
  'file.write': { words: 'write to', on: true },
  'net.connect': { words: 'connect to', on: true },
  'mcp.call': { words: 'call the tool', on: true },
  'secret.use': { words: 'use the secret', on: true },
  'model.call': { words: 'call the model', on: true },
  'plan.accept': { words: 'work by the plan', on: false },
  'issue.comment': { words: 'comment on', on: true },
  'issue.label': { words: 'set the labels', on: true },
  'patch.accept': { words: 'accept the change', on: false },
  'branch.push': { words: 'push the branch', on: false },
  'ref.unlock': { words: 'free the branch', on: false },
  'pr.open': { words: 'open the pull request', on: false },
  'approval.own': { words: 'approve their own work', on: false },
  'pr.merge': { words: 'merge the pull request', on: false },
  deploy: { words: 'deploy to', on: true },
};

/** `shown`: how what it is done to is written where it is shown. */
export function actionInWords(
  name: string,
  resource: string,
  shown: (text: string) => string,
): string {
  const known = Action.safeParse(name);
  // A name of an older version is shown as it was recorded.
  if (!known.success) return `do ${shown(name)} on ${shown(resource)}`;
  const { words, on } = WORDS[known.data];
  return on ? `${words} ${shown(resource)}` : words;
}
