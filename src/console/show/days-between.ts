/** Days of UTC, as `YYYY-MM-DD`. */
const DAY_MS = 86_400_000;
/** Of a longer time, the last days. */
const MOST_DAYS = 400;

/** `to`: the end, which is not part of it. Both are midnights of UTC. */
export function daysBetween(from: string, to: string): string[] {
  const last = Date.parse(to) - DAY_MS;
  const first = Math.max(Date.parse(from), last - (MOST_DAYS - 1) * DAY_MS);
  const days: string[] = [];
  for (let day = first; day <= last; day += DAY_MS)
    days.push(new Date(day).toISOString().slice(0, 10));
  return days;
}
