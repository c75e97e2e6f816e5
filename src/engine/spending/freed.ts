/** Whether the day or the month is over in which a cap was reached, and the present one leaves room. */
import { periodOf } from '../../core/budget.ts';
import { createdOf, type Run, type TaskState } from '../../core/task/state/state.ts';
import type { Dependencies } from '../dependencies.ts';
import { capsIn, dayKey, repositoryKey } from './scopes.ts';

export async function isFreed(
  deps: Pick<Dependencies, 'ledger' | 'settings' | 'clock'>,
  state: TaskState,
  run: Run,
): Promise<boolean> {
  const { raises: reached, of } = run.budget;
  const reacher = state.runs.findLast(
    ({ id, budget }) => id !== run.id && budget.of === of && budget.reached !== null,
  );
  if (!reached || !reacher) return false;
  const { scope, unit } = reached;
  const now = deps.clock.now();
  const period = periodOf(scope, now.toISOString());
  // A run spends in the day in which it began.
  const then = periodOf(scope, reacher.startedAt ?? reacher.queuedAt);
  if (period === null || period === then) return false;
  const cap = capsIn(deps, scope, { state, run, profile: null })[unit];
  if (cap === undefined) return true;
  const { id } = createdOf(state).repository;
  const key = scope === 'day' ? dayKey(now) : repositoryKey(id, period);
  const { spent, reserved } = await deps.ledger.standing(key);
  return spent[unit] + reserved[unit] < cap;
}
