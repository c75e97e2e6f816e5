/** What a run is told of at its end fills neither its report nor the log, however often it happens. */
import { expect, test } from 'vitest';
import { createReported } from '../../src/gateway/reported.ts';

function reported() {
  const told: string[] = [];
  let more = 0;
  const kept = createReported<number>({
    tell: name => told.push(name),
    tellMore: () => {
      more += 1;
    },
  });
  return { ...kept, told, more: () => more };
}

test('each name is told once, and the last of it is kept', () => {
  const { add, listed, told, hasMore } = reported();
  for (let times = 0; times < 3; times += 1) add('a', times);
  add('x'.repeat(1_000), 0);
  add('a', 7);
  expect(told).toEqual(['a', 'x'.repeat(200)]);
  expect([listed(), hasMore()]).toEqual([
    [
      ['a', 7],
      ['x'.repeat(200), 0],
    ],
    false,
  ]);
});

test('a hundred are listed, and a name behind them is told all the same', () => {
  const { add, listed, told, hasMore, more } = reported();
  for (let at = 0; at < 100; at += 1) add(`junk-${at}`, at);
  expect(hasMore()).toBe(false);
  add('elsewhere.example', 0);
  expect(told.at(-1)).toBe('elsewhere.example');
  expect(listed()).toHaveLength(100);
  expect([hasMore(), more()]).toEqual([true, 0]);
});

test('however many there are, that there are more is told once', () => {
  const { add, told, more } = reported();
  for (let at = 0; at < 3_000; at += 1) add(`junk-${at}`, at);
  expect([told.length, more()]).toEqual([1_000, 1]);
});
