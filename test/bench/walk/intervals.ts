/** Intervals of time, in milliseconds since the epoch. */
export type Interval = { from: number; to: number };

/** The same time as the fewest intervals, in order. */
export function union(intervals: Interval[]): Interval[] {
  const merged: Interval[] = [];
  for (const { from, to } of intervals.filter(i => i.to > i.from).sort((a, b) => a.from - b.from)) {
    const last = merged.at(-1);
    if (last && from <= last.to) last.to = Math.max(last.to, to);
    else merged.push({ from, to });
  }
  return merged;
}

export const within = (intervals: Interval[], whole: Interval): Interval[] =>
  intervals
    .map(({ from, to }) => ({ from: Math.max(from, whole.from), to: Math.min(to, whole.to) }))
    .filter(({ from, to }) => to > from);

/** The parts of `intervals` outside of `others`; both may overlap. */
export function without(intervals: Interval[], others: Interval[]): Interval[] {
  let left = union(intervals);
  for (const other of union(others))
    left = left.flatMap(({ from, to }) => [
      ...within([{ from, to }], { from: Number.NEGATIVE_INFINITY, to: other.from }),
      ...within([{ from, to }], { from: other.to, to: Number.POSITIVE_INFINITY }),
    ]);
  return left;
}

/** The sum in milliseconds; the intervals must not overlap. */
export const lengthOf = (intervals: Interval[]): number =>
  intervals.reduce((sum, { from, to }) => sum + to - from, 0);
