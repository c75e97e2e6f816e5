import { expect, it } from 'vitest';
import { waitBars } from '../../src/console/task/wait-bars.ts';

const asked = (
  id: string,
  requestedAt: string,
  changedAt: string,
  status: 'requested' | 'used',
) => ({
  id,
  action: 'pr.merge',
  status,
  requestedAt,
  changedAt,
});

it('people are waited for from when they were asked until the answer, or until now', () => {
  const later = asked('b', '2026-11-28T11:00:00.000Z', '2026-11-28T11:30:00.000Z', 'requested');
  const sooner = asked('a', '2026-11-28T10:00:00.000Z', '2026-11-28T10:20:00.000Z', 'used');
  const now = Date.parse('2026-11-28T12:00:00.000Z');
  const bars = waitBars([later, sooner], now);
  expect(bars.map(({ id, span }) => [id, (span.to - span.from) / 60_000])).toEqual([
    ['a', 20],
    ['b', 60],
  ]);
});
