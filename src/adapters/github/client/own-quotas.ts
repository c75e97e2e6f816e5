/** Quotas within one process, as sliding windows over the times at which they were taken. */
import type { Quotas } from '../../../engine/ports/quotas.ts';

export function createOwnQuotas(now: () => number = Date.now): Quotas {
  const taken = new Map<string, number[]>();
  return {
    async take(name, windows) {
      const at = now();
      const longest = Math.max(...windows.map(({ spanMs }) => spanMs));
      const times = (taken.get(name) ?? []).filter(time => at - time < longest);
      const waits = windows.map(({ spanMs, limit }) => {
        // There is room as soon as this one has left the window.
        const blocking = times.at(-limit);
        return blocking === undefined ? 0 : blocking + spanMs - at;
      });
      const wait = Math.max(0, ...waits);
      taken.set(name, wait === 0 ? [...times, at] : times);
      return wait;
    },
  };
}
