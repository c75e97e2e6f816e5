import { expect, it } from 'vitest';
import { decisionQueryOf, readDecisionSearch } from '../../src/console/audit/decision-search.ts';

it('takes days that the calendar has, and counts both', () => {
  const search = readDecisionSearch({
    since: '2026-11-01',
    until: '2026-11-30',
    in: ' acme/shop ',
  });
  expect(decisionQueryOf(search)).toEqual({
    repository: 'acme/shop',
    since: '2026-11-01T00:00:00.000Z',
    until: '2026-12-01T00:00:00.000Z',
  });
  for (const day of ['2026-02-30', '2026-13-01', '9999-12-31', 'yesterday'])
    expect(readDecisionSearch({ since: day, until: day })).toEqual({});
});
