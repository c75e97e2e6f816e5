/** The records of a task's runs by agents that have ended. */
import type { Folded } from '../core/fold.ts';
import { createdOf, type Run, type TaskState } from '../core/task/state.ts';
import type { RunRow } from './ports/run-records.ts';

/** What was canceled says nothing about its agent. */
export const runRows = (task: string, { state }: Folded<TaskState>): RunRow[] =>
  state.runs.flatMap(run => rowOf(task, state, run) ?? []);

function rowOf(task: string, state: TaskState, run: Run): RunRow | null {
  const { executor, choice, state: outcome, startedAt, finishedAt, usage } = run;
  if (executor.kind !== 'agent' || !choice || startedAt === null || finishedAt === null)
    return null;
  if (outcome !== 'success' && outcome !== 'failure') return null;
  return {
    task,
    run: run.id,
    role: executor.role,
    adapter: choice.adapter,
    model: choice.model,
    provider: choice.provider,
    repositoryId: createdOf(state).repository.id,
    outcome,
    class: run.class,
    tokens: usage.input + usage.cached + usage.cacheWrite + usage.output,
    ms: Date.parse(finishedAt) - Date.parse(startedAt),
    asked: state.approvals.filter(approval => approval.run === run.id).length,
    endedAt: finishedAt,
  };
}
