/** Which items may start now. */
import type { BacklogItem, BacklogPlan } from './plan.ts';
import { type BacklogState, createdOf, type ItemState, isDone, isSettled } from './state.ts';

/** The next item that may start, in the order of the plan; null: none may. */
export function nextItem(state: BacklogState): ItemState | null {
  if (state.status !== 'active') return null;
  const active = state.items.filter(({ isActive }) => isActive);
  const { plan } = createdOf(state);
  if (active.length >= plan.atOnce) return null;
  const hasRoom = (item: ItemState) =>
    backlogLimits(plan, item).every(
      ({ by, name, most }) => active.filter(other => other[by] === name).length < most,
    );
  const mayStart = (item: ItemState) =>
    item.status === 'waiting' &&
    // An attempt that was canceled may still be stopping.
    !item.isActive &&
    needsOf(state, item).every(isDone) &&
    hasRoom(item);
  return state.items.find(mayStart) ?? null;
}

type BacklogLimit = { by: 'group' | 'service'; name: string; most: number };

/** The limits that the item stands under, besides that of the whole backlog. */
export function backlogLimits(
  { limits }: BacklogPlan,
  item: Pick<BacklogItem, 'group' | 'service'>,
): BacklogLimit[] {
  const of = (by: BacklogLimit['by'], all: Record<string, number>): BacklogLimit[] => {
    const name = item[by];
    const most = name !== null && Object.hasOwn(all, name) ? all[name] : undefined;
    return name === null || most === undefined ? [] : [{ by, name, most }];
  };
  return [...of('group', limits.groups), ...of('service', limits.services)];
}

export const needsOf = ({ items }: BacklogState, item: ItemState): ItemState[] =>
  items.filter(({ id }) => item.needs.includes(id));

/** Nothing is at work and nothing may start: what failed, or was canceled, is for people to decide. */
export function stuckOn(state: BacklogState): ItemState[] {
  if (state.status !== 'active' || state.items.some(({ isActive }) => isActive)) return [];
  if (nextItem(state) || state.items.every(isSettled)) return [];
  const needed = new Set(
    state.items.filter(item => !isSettled(item)).flatMap(({ needs }) => needs),
  );
  return state.items.filter(
    ({ id, status }) => status === 'failed' || (status === 'canceled' && needed.has(id)),
  );
}
