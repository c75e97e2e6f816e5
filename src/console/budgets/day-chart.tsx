/** A canvas with a bar for each day. It follows the width of the page and the colours that are chosen. */
import 'uplot/dist/uPlot.min.css';
import { useEffect, useRef } from 'react';
import UPlot from 'uplot';
import type { DaySeries } from './day-series.ts';

const HEIGHT = 200;
/** The share of a day's width that its bar takes, and the most pixels. */
const BAR: [number, number] = [0.7, 40];

export function DayChart({ series }: { series: DaySeries }) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (place.current === null) return;
    const box = place.current;
    const plot = new UPlot(optionsOf(series, box.clientWidth), dataOf(series), box);
    const resized = new ResizeObserver(() =>
      plot.setSize({ width: box.clientWidth, height: HEIGHT }),
    );
    resized.observe(box);
    const again = () => plot.redraw(false);
    const chosen = new MutationObserver(again);
    chosen.observe(document.documentElement, { attributes: true });
    const systems = ['(prefers-color-scheme: dark)', '(prefers-contrast: more)'].map(query =>
      window.matchMedia(query),
    );
    for (const system of systems) system.addEventListener('change', again);
    return () => {
      for (const system of systems) system.removeEventListener('change', again);
      chosen.disconnect();
      resized.disconnect();
      plot.destroy();
    };
  }, [series]);
  return <div ref={place} role="img" aria-label={inWords(series)} />;
}

function inWords({ unit, days, models, compute }: DaySeries): string {
  const sums = days.map((_, at) => (models[at] ?? 0) + (compute[at] ?? 0));
  const most = Math.max(0, ...sums);
  const when = new Date((days[sums.indexOf(most)] ?? 0) * 1_000).toISOString().slice(0, 10);
  const amount = unit === 'usd' ? `$${most.toFixed(2)}` : `${most} tokens`;
  return `What each of ${days.length} days cost; most on ${when}: ${amount}`;
}

/** Compute stands on top of the models: the sum is drawn first, and the models over it. */
const dataOf = ({ days, models, compute }: DaySeries): UPlot.AlignedData => [
  days,
  models.map((model, at) => model + (compute[at] ?? 0)),
  models,
];

const colour = (name: string) => () =>
  getComputedStyle(document.documentElement).getPropertyValue(name);

function optionsOf({ unit }: DaySeries, width: number): UPlot.Options {
  const paths = UPlot.paths.bars?.({ size: BAR });
  const bar = (name: string): UPlot.Series => ({
    ...(paths && { paths }),
    fill: colour(name),
    points: { show: false },
  });
  const axis: UPlot.Axis = {
    stroke: colour('--fgColor-muted'),
    grid: { stroke: colour('--borderColor-muted') },
    ticks: { stroke: colour('--borderColor-muted') },
  };
  return {
    width,
    height: HEIGHT,
    legend: { show: false },
    cursor: { show: false },
    // Days are of UTC, wherever they are looked at.
    tzDate: seconds => UPlot.tzDate(new Date(seconds * 1_000), 'UTC'),
    scales: { y: { range: (_, __, most) => [0, most > 0 ? most * 1.05 : 1] } },
    series: [{}, bar('--bgColor-attention-emphasis'), bar('--bgColor-accent-emphasis')],
    axes: [
      axis,
      {
        ...axis,
        size: 64,
        values: (_, marks) =>
          marks.map(mark => (unit === 'usd' ? `$${mark}` : mark.toLocaleString('en-US'))),
      },
    ],
  };
}
