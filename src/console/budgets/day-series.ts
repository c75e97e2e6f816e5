/** What each day of a time has cost, days without a spend among them. */
import type { components } from '../api/schema.d.ts';
import { daysBetween } from '../show/days-between.ts';

type DaySeries = {
  /** Where nothing has a price, days differ by their tokens only. */
  unit: 'usd' | 'tokens';
  days: string[];
  /** Models, and compute on top of them. */
  lower: number[];
  upper: number[];
};

type Row = Pick<
  components['schemas']['Account']['rows'][number],
  'key' | 'modelNanoUsd' | 'workNanoUsd' | 'tokens'
>;

const NANO = 1_000_000_000;

/** `to`: the end, which is not part of it. Both are midnights of UTC. */
export function daySeries(rows: readonly Row[], from: string, to: string): DaySeries {
  const byDay = new Map(rows.map(row => [row.key, row]));
  const unit = rows.some(row => row.modelNanoUsd + row.workNanoUsd > 0) ? 'usd' : 'tokens';
  const days = daysBetween(from, to);
  const lower = days.map(day => {
    const row = byDay.get(day);
    return unit === 'usd' ? (row?.modelNanoUsd ?? 0) / NANO : (row?.tokens ?? 0);
  });
  const upper = days.map(day => (unit === 'usd' ? (byDay.get(day)?.workNanoUsd ?? 0) / NANO : 0));
  return { unit, days, lower, upper };
}
