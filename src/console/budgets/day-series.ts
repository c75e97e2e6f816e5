/** What each day of a time has cost, days without a spend among them. */
import type { components } from '../api/schema.d.ts';

export type DaySeries = {
  /** Where nothing has a price, days differ by their tokens only. */
  unit: 'usd' | 'tokens';
  /** The days of UTC, as seconds since 1970. */
  days: number[];
  models: number[];
  compute: number[];
};

type Row = Pick<
  components['schemas']['Account']['rows'][number],
  'key' | 'modelNanoUsd' | 'workNanoUsd' | 'tokens'
>;

const DAY_MS = 86_400_000;
const NANO = 1_000_000_000;
/** Of a longer time, the last days. */
const MOST_DAYS = 400;

/** `to`: the end, which is not part of it. Both are midnights of UTC. */
export function daySeries(rows: readonly Row[], from: string, to: string): DaySeries {
  const last = Date.parse(to) - DAY_MS;
  const first = Math.max(Date.parse(from), last - (MOST_DAYS - 1) * DAY_MS);
  const byDay = new Map(rows.map(row => [row.key, row]));
  const unit = rows.some(row => row.modelNanoUsd + row.workNanoUsd > 0) ? 'usd' : 'tokens';
  const series: DaySeries = { unit, days: [], models: [], compute: [] };
  for (let day = first; day <= last; day += DAY_MS) {
    const row = byDay.get(new Date(day).toISOString().slice(0, 10));
    series.days.push(day / 1_000);
    series.models.push(unit === 'usd' ? (row?.modelNanoUsd ?? 0) / NANO : (row?.tokens ?? 0));
    series.compute.push(unit === 'usd' ? (row?.workNanoUsd ?? 0) / NANO : 0);
  }
  return series;
}
