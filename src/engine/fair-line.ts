/**
 * What waits, one lane for each repository: the lanes are served in turn (start-time fair queueing), so
 * that one with much to do delays no other. A lane that had nothing to do has saved up no turns.
 */

export type FairLine<T> = {
  /** False where there is no room: in its lane, or in all. */
  add(lane: string, item: T): boolean;
  /** Whoever is next, which waits no longer; null where nobody waits. */
  next(): T | null;
};

/** Of the same turn, the lane in which least waits. */
const goesBefore = (one: Lane<unknown>, other: Lane<unknown>): boolean =>
  one.turn < other.turn || (one.turn === other.turn && one.items.length < other.items.length);

type Lane<T> = { turn: number; items: T[] };

export function createFairLine<T>(room: { inLane: number; inAll: number }): FairLine<T> {
  const lanes = new Map<string, Lane<T>>();
  /** The turn that was taken last. */
  let turn = 0;
  let size = 0;
  return {
    add(name, item) {
      const lane = lanes.get(name) ?? { turn, items: [] };
      if (size >= room.inAll || lane.items.length >= room.inLane) return false;
      if (lane.items.length === 0) lane.turn = Math.max(lane.turn, turn);
      lane.items.push(item);
      lanes.set(name, lane);
      size += 1;
      return true;
    },
    next() {
      let first: Lane<T> | null = null;
      for (const [name, lane] of lanes) {
        // One that is empty is remembered until all others had the turns that it had.
        if (lane.items.length === 0 && lane.turn <= turn) lanes.delete(name);
        else if (lane.items.length > 0 && (first === null || goesBefore(lane, first))) first = lane;
      }
      const item = first?.items.shift();
      if (first === null || item === undefined) return null;
      turn = first.turn;
      first.turn += 1;
      size -= 1;
      return item;
    },
  };
}
