/** The budget of a process that shares it with none: sliding windows over the times of its takes. */
import type { WriteBudget } from '../../engine/ports/write-budget.ts';

export function createOwnBudget(now: () => number = Date.now): WriteBudget {
  const budgets = new Map<string, { times: number[]; heldUntil: number }>();
  const of = (name: string) => {
    const entry = budgets.get(name) ?? { times: [], heldUntil: 0 };
    budgets.set(name, entry);
    return entry;
  };
  return {
    async take(name, windows) {
      const entry = of(name);
      const at = now();
      const longest = Math.max(...windows.map(({ spanMs }) => spanMs));
      entry.times = entry.times.filter(time => at - time < longest);
      const waits = windows.map(({ spanMs, limit }) => {
        // The one that has to leave the window before there is room.
        const blocking = entry.times.at(-limit);
        return blocking === undefined ? 0 : blocking + spanMs - at;
      });
      const wait = Math.max(entry.heldUntil - at, 0, ...waits);
      if (wait === 0) entry.times.push(at);
      return wait;
    },
    async hold(name, ms) {
      const entry = of(name);
      entry.heldUntil = Math.max(entry.heldUntil, now() + ms);
    },
  };
}
