/** An agent or a command has ended: what its run is now. */
import type { Circumstance } from '../../decider.ts';
import type { StepSpec } from '../../graph/graph.ts';
import { type CommandRefusal, refusal } from '../../refusal.ts';
import { createdOf, type Run, runOf, type TaskState } from '../state/state.ts';
import { end, finish, stepOf } from './advance.ts';
import type { TaskCommand } from './command.ts';
import type { TaskDraft } from './draft.ts';
import { fail, succeed } from './ended.ts';

type Command = Extract<TaskCommand, { type: 'produce' }>;

export function produced(
  task: TaskDraft,
  command: Command,
  circumstance: Circumstance,
): CommandRefusal | null {
  const { data, artifacts, failure, reached, found } = command;
  const run = runOf(task.state, data.run);
  if (run.state !== 'running')
    return refusal('ended', `Run ${run.id} is ${run.state}, it can't end.`);
  task.add({ type: 'run.produced', v: 3, data });
  if (artifacts.length > 0)
    task.add({ type: 'artifact.stored', v: 1, data: { run: run.id, artifacts } });
  if (reached) task.add({ type: 'budget.reached', v: 1, data: { run: run.id, ...reached } });
  const step = stepOf(task, run);
  const mustChange = run.executor.kind === 'agent' && 'keepsChanges' in step && step.keepsChanges;
  const remedies = run.purpose !== 'step';
  if (failure) fail(task, run.id, failure, circumstance);
  // What changed the tree is judged by policy first: `accept` ends the run.
  else if (data.work) return null;
  else if (mustChange || remedies)
    fail(
      task,
      run.id,
      { class: 'unchanged', reason: unchanged(task.state, run), retryable: false },
      circumstance,
    );
  // A command that is run for its changes and makes none leaves nothing to publish.
  else if (step.kind === 'command' && step.keepsChanges && isAlone(task, step)) {
    end(task, run.id, data.summary);
    finish(task, 'success', 'Nothing to change.');
  } else succeed(task, run.id, data.summary, { ...circumstance, found });
  return null;
}

/** Whether nothing else in the graph changes the repository. */
const isAlone = ({ state }: TaskDraft, { id }: StepSpec): boolean =>
  createdOf(state).graph.steps.every(
    step => step.id === id || !('keepsChanges' in step && step.keepsChanges),
  );

/** A remedy that changed nothing is reported together with the failure that it was to fix, and with what it was denied. */
function unchanged(state: TaskState, run: Run): string {
  return [nothingChanged(state, run), ...run.denials].join(' ');
}

function nothingChanged(state: TaskState, { purpose }: Run): string {
  if (purpose === 'join') return 'The agent changed nothing.';
  const red = state.runs.findLast(
    ({ round, class: failed, step, produced }) =>
      round === state.round && (failed === 'red' || (step === 'reproduce' && produced?.ok)),
  );
  return red
    ? `The agent changed nothing, and ${red.step} was red: ${red.reason || red.produced?.summary}`
    : 'The agent changed nothing.';
}
