/** The context of a run, which every function that works on the run gets. */
import type { StepSpec } from '../../core/graph/graph.ts';
import type { Run, TaskState } from '../../core/task/state/state.ts';
import type { Spending } from '../spending/spending.ts';
import type { TaskContext } from '../task-context.ts';
import type { Chosen } from './choose.ts';

export type RunContext = TaskContext & {
  run: Run;
  step: StepSpec;
  chosen: Chosen;
  spending: Spending;
};

/** The run as its workspace, its gateway and its agent name it. */
export const runName = ({ task, run }: { task: string; run: Pick<Run, 'id'> }): string =>
  `${task}-${run.id}`;

/** Attempts at the same work that failed, oldest first. */
export const failedBefore = (
  { runs }: Pick<TaskState, 'runs'>,
  { id, step, round, purpose }: Run,
): Run[] =>
  runs.filter(
    other =>
      other.id !== id &&
      other.step === step &&
      other.round === round &&
      other.purpose === purpose &&
      other.state === 'failure',
  );

/** Whether it is one of the repository's own commands, judged by its exit code alone. */
export const isCommand = ({ run }: Pick<RunContext, 'run'>): boolean =>
  run.executor.kind === 'command';

/** Whether what it changes in the tree becomes part of the patch. */
export const keepsChanges = ({ step, run }: Pick<RunContext, 'step' | 'run'>): boolean =>
  run.purpose !== 'step' || ('keepsChanges' in step && step.keepsChanges);
