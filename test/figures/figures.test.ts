/** Figures are printed so that people can read them. */
import { expect, it } from 'vitest';
import { compared, table, valued } from './figures.ts';

it('a goal that is a fraction has as many digits as what is measured', () => {
  const third = compared('a', { value: 10, unit: 'ms', baseline: 40 }, { most: 1 / 3 });
  expect([third.goal, third.ok]).toEqual(['≤ 0.333 of the baseline', true]);
  expect(valued('b', 3_999, '/s', { least: 4_000 })).toMatchObject({
    goal: '≥ 4,000 /s',
    ok: false,
  });
  expect(valued('c', 0, '', { most: 0 })).toMatchObject({ goal: '≤ 0 ', ok: true });
});

it('the table has a line for each, with whether its goal is met', () => {
  const lines = table([
    compared('a', { value: 10, unit: 'ms', baseline: 40 }, { most: 1 / 3 }),
    valued('b', 12_345, '/s', { least: 20_000 }),
  ]).split('\n');
  expect(lines.map(line => line.split(/ {2,}/))).toEqual([
    ['', 'measured', 'value', 'baseline', 'ratio', 'goal'],
    ['✓', 'a', '10 ms', '40 ms', '0.25', '≤ 0.333 of the baseline'],
    ['✗', 'b', '12,345 /s', '≥ 20,000 /s'],
  ]);
});
