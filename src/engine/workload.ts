/** The work that there is right now, over all processes: what waits, what runs, what is left to ask. */
import { type RequestClass, waitingClasses } from '../core/request-class.ts';
import { taskStream } from '../core/stream.ts';
import type { Run } from '../core/task/state.ts';
import type { Dependencies } from './dependencies.ts';
import { loadFolded } from './handle.ts';
import type { BudgetName, RequestStanding } from './ports/request-budget.ts';
import { asTask } from './streams.ts';

/** More than these are counted as this many, so that looking costs the same whatever has piled up. */
const MOST = 1_000;
/** Milliseconds. A delivery is followed within this where nothing waits. */
const SOON_MS = 5_000;

export const RUN_STATES = ['queued', 'running', 'waiting_approval'] as const;
type RunNow = (typeof RUN_STATES)[number];

export type Workload = {
  openTasks: number;
  runs: Readonly<Record<RunNow, number>>;
  /** Effects that are due and that no process performs. */
  effectsDue: number;
  /** Deliveries that arrived some seconds ago and are not followed yet. */
  deliveriesWaiting: number;
  requests: (BudgetName & RequestStanding & { waiting: RequestClass[] })[];
};

export async function workloadOf({
  log,
  tasks,
  outbox,
  deliveries,
  requestBudget,
}: Pick<
  Dependencies,
  'log' | 'tasks' | 'outbox' | 'deliveries' | 'requestBudget'
>): Promise<Workload> {
  const [open, due, waiting, budgets] = await Promise.all([
    tasks.list({ open: true, limit: MOST }),
    outbox.due(MOST),
    deliveries.unsettled(SOON_MS, MOST),
    requestBudget.all(),
  ]);
  const runs: Run[] = [];
  // One after the other: a look must not take the connections of those who work.
  for (const { id } of open) runs.push(...asTask(await loadFolded(log, taskStream(id))).state.runs);
  const inState = (state: RunNow) => runs.filter(run => run.state === state).length;
  return {
    openTasks: open.length,
    runs: {
      queued: inState('queued'),
      running: inState('running'),
      waiting_approval: inState('waiting_approval'),
    },
    effectsDue: due.length,
    deliveriesWaiting: waiting.length,
    requests: budgets.map(budget => ({
      ...budget,
      waiting: budget.left ? waitingClasses(budget.left) : [],
    })),
  };
}
