/** The records of a task's runs by agents that have ended. */
import type { StoredEvent } from '../../core/event.ts';
import type { Folded } from '../../core/fold.ts';
import { totalOf, totalTokens } from '../../core/spend.ts';
import { createdOf, type Run, type TaskState } from '../../core/task/state/state.ts';
import { deniedTo, interventionsIn } from '../../core/task/work/conduct.ts';
import { rejectionOf } from '../../core/task/work/rejection.ts';
import type { RunRow } from '../ports/run-records.ts';

/** What was canceled says nothing about its agent. */
export const runRows = (task: string, { state }: Folded<TaskState>): RunRow[] =>
  state.runs.flatMap(run => rowOf(task, state, run) ?? []);

/** What ends a run, tells what it cost, or tells what became of the work of another one. */
const CHANGES_ROWS = new Set([
  'run.finished',
  'run.queued',
  'run.spent',
  'round.opened',
  'pull.merged',
  'task.finished',
  'task.retried',
]);

/** The rows that these events have changed. */
export function changedRuns(
  task: string,
  { before, after }: Record<'before' | 'after', Folded<TaskState>>,
  events: readonly StoredEvent[],
): RunRow[] {
  if (!events.some(({ type }) => CHANGES_ROWS.has(type))) return [];
  const were = new Set(runRows(task, before).map(row => JSON.stringify(row)));
  return runRows(task, after).filter(row => !were.has(JSON.stringify(row)));
}

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
    rejected: outcome === 'success' ? rejectionOf(state, run) : null,
    tokens: totalTokens(usage),
    ms: Date.parse(finishedAt) - Date.parse(startedAt),
    denied: deniedTo(run),
    interventions: interventionsIn(state, run),
    nanoUsd: priceOf(run),
    asked: state.approvals.filter(approval => approval.run === run.id).length,
    endedAt: finishedAt,
  };
}

/** A run of which no spend is told, and that used no tokens, called no model. */
function priceOf({ budget: { spent }, usage }: Run): number | null {
  if (!spent) return totalTokens(usage) === 0 ? 0 : null;
  const { nanoUsd, unpriced } = totalOf([spent.spend]);
  return unpriced.length === 0 ? nanoUsd : null;
}
