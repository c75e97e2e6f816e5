/**
 * A queue with a lane for each of those who share it, such as repositories. The lanes are served in turn
 * (start-time fair queueing), so that a busy one delays no other. A lane that was empty does not catch up on missed turns.
 */

export type FairQueue<T> = {
  /** False where the lane, or the whole queue, is full. */
  add(lane: string, item: T): boolean;
  /** Takes the next item out; null where the queue is empty. */
  next(): T | null;
};

/** Of two lanes with the same turn, the one with fewer items goes first. */
const goesBefore = (one: Lane<unknown>, other: Lane<unknown>): boolean =>
  one.turn < other.turn || (one.turn === other.turn && one.items.length < other.items.length);

type Lane<T> = { turn: number; items: T[] };

export function createFairQueue<T>(room: { inLane: number; inAll: number }): FairQueue<T> {
  const lanes = new Map<string, Lane<T>>();
  /** The turn that was served last. */
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
        // An empty lane is kept until every other lane has had as many turns.
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
