/** The work that there is right now, over all processes: what waits, what runs, what is left to ask. */
import { type Amount, capsOf } from '../core/budget.ts';
import { type RequestClass, waitingClasses } from '../core/request-class.ts';
import type { Dependencies } from './dependencies.ts';
import type { BudgetName, RequestStanding } from './ports/request-budget.ts';
import { createOpenTasks, type OpenTasks } from './queries/open-tasks.ts';
import { dayKey } from './spending/scopes.ts';

/** More than these are counted as this many, so that looking costs the same whatever has piled up. */
const MOST = 1_000;
/** Milliseconds. A delivery is followed within this where nothing waits. */
const SOON_MS = 5_000;

export type Workload = {
  openTasks: number;
  effects: { due: number; oldestMs: number; performed: number; delayed: number };
  workers: number;
  /** Deliveries that arrived some seconds ago and are not followed yet. */
  deliveriesWaiting: number;
  requests: (BudgetName & RequestStanding & { waiting: RequestClass[] })[];
  /** What the whole deployment has reserved and spent today, and its cap in billionths of a US dollar. */
  today: { reserved: Amount; spent: Amount; cap: number | null };
} & OpenTasks;

type Needs = Pick<
  Dependencies,
  | 'log'
  | 'tasks'
  | 'backlogs'
  | 'outbox'
  | 'leases'
  | 'workers'
  | 'ledger'
  | 'deliveries'
  | 'requestBudget'
  | 'clock'
  | 'settings'
>;

/** Each reading asks the stores anew, and folds only what has changed since the one before. */
export function createWorkload(deps: Needs): () => Promise<Workload> {
  const { tasks, outbox, leases, workers, ledger, deliveries, requestBudget, clock } = deps;
  const openTasks = createOpenTasks(deps, MOST);
  return async () => {
    const [count, ofTasks, waiting, held, alive, unfollowed, budgets, today] = await Promise.all([
      tasks.countOpen(),
      askedOfPeople(deps, openTasks),
      outbox.waiting(MOST),
      leases.held('effect:'),
      workers.alive(),
      deliveries.unsettled(SOON_MS, MOST),
      requestBudget.all(),
      ledger.standing(dayKey(clock.now())),
    ]);
    return {
      ...ofTasks,
      openTasks: count,
      effects: { ...waiting, performed: held.length },
      workers: alive.length,
      deliveriesWaiting: unfollowed.length,
      requests: budgets.map(budget => ({
        ...budget,
        waiting: budget.left ? waitingClasses(budget.left) : [],
      })),
      today: { ...today, cap: capsOf(deps.settings.budgets.day ?? {}).nanoUsd ?? null },
    };
  };
}

/** Backlogs that wait are counted with the requests of tasks. */
async function askedOfPeople(
  { backlogs, clock }: Pick<Needs, 'backlogs' | 'clock'>,
  openTasks: () => Promise<OpenTasks>,
): Promise<OpenTasks> {
  const [{ runs, asked }, waiting] = await Promise.all([openTasks(), backlogs.countWaiting()]);
  const waitMs = waiting.since === null ? 0 : clock.now().getTime() - Date.parse(waiting.since);
  return {
    runs,
    asked: {
      requests: asked.requests + waiting.backlogs,
      oldestMs: Math.max(asked.oldestMs, waitMs),
    },
  };
}
