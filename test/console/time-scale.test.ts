/** The line of a timeline: in order, whole, and short where nothing happened. */
import { expect, it } from 'vitest';
import { placeAt, type TimeSpan, timeScale } from '../../src/console/task/time-scale.ts';

const HOUR = 3_600_000;
const at = (spans: TimeSpan[], range: TimeSpan, moments: number[]) =>
  moments.map(moment => Number(placeAt(timeScale(spans, range), moment).toFixed(3)));

it('work without a pause is drawn as long as it took', () => {
  const range = { from: 0, to: 100_000 };
  expect(at([range], range, [0, 25_000, 50_000, 100_000])).toEqual([0, 0.25, 0.5, 1]);
  const halves = [
    { from: 50_000, to: 100_000 },
    { from: 0, to: 50_000 },
  ];
  expect(at(halves, range, [25_000])).toEqual([0.25]);
});

it('a night between two minutes of work takes little of the line', () => {
  const spans = [
    { from: 0, to: 60_000 },
    { from: 8 * HOUR, to: 8 * HOUR + 60_000 },
  ];
  const range = { from: 0, to: 8 * HOUR + 60_000 };
  expect(at(spans, range, [60_000, 4 * HOUR, 8 * HOUR])).toEqual([0.485, 0.5, 0.515]);
  const pieces = timeScale(spans, range);
  expect(pieces.map(({ idle }) => idle)).toEqual([false, true, false]);
  expect(pieces.at(-1)?.end).toBeCloseTo(1);
});

it('many pauses leave most of the line to work', () => {
  const spans = Array.from({ length: 200 }, (_, n) => ({ from: n * HOUR, to: n * HOUR + 1_000 }));
  const pieces = timeScale(spans, { from: 0, to: 200 * HOUR });
  const width = (idle: boolean) =>
    pieces
      .filter(piece => piece.idle === idle)
      .reduce((sum, { start, end }) => sum + end - start, 0);
  expect(width(false)).toBeCloseTo(0.6);
  expect(width(true)).toBeCloseTo(0.4);
});

it('goes on without a gap or an overlap, whatever is asked for', () => {
  for (const [spans, range] of [
    [[], { from: 0, to: HOUR }],
    [[], { from: 5, to: 5 }],
    [[{ from: 10, to: 10 }], { from: 0, to: 20 }],
    [[{ from: -HOUR, to: 2 * HOUR }], { from: 0, to: HOUR }],
    [[{ from: 3 * HOUR, to: 4 * HOUR }], { from: 0, to: HOUR }],
    [
      [
        { from: 0, to: 5 * HOUR },
        { from: 1, to: 2 },
      ],
      { from: HOUR, to: 2 * HOUR },
    ],
  ] as [TimeSpan[], TimeSpan][]) {
    const pieces = timeScale(spans, range);
    for (const [index, piece] of pieces.entries()) {
      const before = pieces[index - 1];
      expect([piece.from, piece.start]).toEqual([before?.to ?? range.from, before?.end ?? 0]);
      expect(piece.to).toBeGreaterThan(piece.from);
    }
    for (const moment of [range.from - 1, range.from, range.to, range.to + 1]) {
      const place = placeAt(pieces, moment);
      expect(place).toBeGreaterThanOrEqual(0);
      expect(place).toBeLessThanOrEqual(1.000001);
    }
  }
});
