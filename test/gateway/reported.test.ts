/** What a run is told of at its end fills neither its report nor the log, however often it happens. */
import { expect, test } from 'vitest';
import { createReported } from '../../src/gateway/reported.ts';

test('each name is told once, the last of it is kept, and a hundred names are enough', () => {
  const told: string[] = [];
  const reported = createReported<number>(name => told.push(name));
  for (let times = 0; times < 3; times += 1) reported.add('a', times);
  reported.add('x'.repeat(1_000), 0);
  for (let at = 0; at < 1_000; at += 1) reported.add(`host-${at}`, at);
  reported.add('a', 7);
  expect(told).toHaveLength(100);
  expect(reported.all().slice(0, 2)).toEqual([
    ['a', 7],
    ['x'.repeat(200), 0],
  ]);
  expect(reported.all().map(([name]) => name)).toEqual(told);
});
