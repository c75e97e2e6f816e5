/** Looks back on a backlog that has ended. */
import type { Retrospective } from './retrospective.ts';
import type { BacklogState, ItemState } from './state.ts';

export function lookBack(state: BacklogState): Retrospective {
  const { status, created, createdAt, endedAt, items } = state;
  return {
    outcome: status === 'canceled' ? 'canceled' : 'success',
    title: created?.plan.title ?? '',
    lastedMs: between(createdAt.at, endedAt) ?? 0,
    items: items.map(told),
  };
}

const told = (item: ItemState): Retrospective['items'][number] => ({
  id: item.id,
  title: item.title,
  status: item.status,
  pull: item.pull,
  attempts: item.attempt,
  lastedMs: between(item.startedAt, item.endedAt),
  // What went well says so by its status.
  reason: item.status === 'merged' ? '' : item.reason,
});

const between = (from: string | null, to: string | null): number | null =>
  from === null || to === null ? null : Date.parse(to) - Date.parse(from);
