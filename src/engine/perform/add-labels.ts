/** The labels that triage chose, and policy allowed, are put on the issue; those that are there stay. */
import type { TaskCommand } from '../../core/task/decide/command.ts';
import { conversationOf } from '../../core/task/state/place.ts';
import { createdOf } from '../../core/task/state/state.ts';
import { chosenLabels } from '../facts/chosen-labels.ts';
import type { TaskEffect } from '../task-context.ts';

export async function addLabels(context: TaskEffect<'add_labels'>): Promise<TaskCommand> {
  const { deps, folded, effect, guard } = context;
  const { state } = folded;
  const { run } = effect;
  const number = conversationOf(state)?.number;
  if (number === undefined)
    return { type: 'refused', run, reason: 'It has no issue that could be labelled.' };
  const { names } = await chosenLabels(deps, state, run);
  await guard.check();
  await deps.github.writes.addLabels(createdOf(state).repository, number, names);
  return { type: 'labeled', data: { run, labels: names } };
}
