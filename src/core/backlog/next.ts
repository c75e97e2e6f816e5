/** Which items may start now. */
import { type BacklogState, createdOf, type ItemState, isDone, isSettled } from './state.ts';

/** The next item that may start, in the order of the plan; null: none may. */
export function nextItem(state: BacklogState): ItemState | null {
  if (state.status !== 'active') return null;
  const active = state.items.filter(({ isActive }) => isActive);
  const { plan } = createdOf(state);
  if (active.length >= plan.atOnce) return null;
  const hasRoom = (key: 'group' | 'service', limits: Record<string, number>, item: ItemState) => {
    const name = item[key];
    const most = name !== null && Object.hasOwn(limits, name) ? limits[name] : undefined;
    return most === undefined || active.filter(other => other[key] === name).length < most;
  };
  const mayStart = (item: ItemState) =>
    item.status === 'waiting' &&
    // An attempt that was canceled may still be stopping.
    !item.isActive &&
    needsOf(state, item).every(isDone) &&
    hasRoom('group', plan.limits.groups, item) &&
    hasRoom('service', plan.limits.services, item);
  return state.items.find(mayStart) ?? null;
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
