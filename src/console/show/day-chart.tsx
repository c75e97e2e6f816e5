/** A canvas with a bar for each day. It follows the width of the page and the colours that are chosen. */
import 'uplot/dist/uPlot.min.css';
import { useEffect, useRef } from 'react';
import UPlot from 'uplot';

const HEIGHT = 200;
/** The share of a day's width that its bar takes, and the most pixels. */
const BAR: [number, number] = [0.7, 40];

type Shown = {
  /** `upper` stands on top; it is empty where nothing does. */
  series: { days: readonly string[]; lower: readonly number[]; upper: readonly number[] };
  /** What is shown of each day, in words, and an amount of it. */
  what: string;
  amount: (number: number) => string;
};

export function DayChart({ series, what, amount }: Shown) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (place.current === null) return;
    const box = place.current;
    const plot = new UPlot(optionsOf(amount, box.clientWidth), dataOf(series), box);
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
  }, [series, amount]);
  return <div ref={place} role="img" aria-label={inWords({ series, what, amount })} />;
}

function inWords({ series: { days, lower, upper }, what, amount }: Shown): string {
  const sums = days.map((_, at) => (lower[at] ?? 0) + (upper[at] ?? 0));
  const most = Math.max(0, ...sums);
  const when = days[sums.indexOf(most)] ?? '';
  return `${what} on each of ${days.length} days; most on ${when}: ${amount(most)}`;
}

/** One stands on top of the other: the sum is drawn first, and the lower one over it. */
const dataOf = ({ days, lower, upper }: Shown['series']): UPlot.AlignedData => [
  days.map(day => Date.parse(day) / 1_000),
  lower.map((part, at) => part + (upper[at] ?? 0)),
  [...lower],
];

const colour = (name: string) => () =>
  getComputedStyle(document.documentElement).getPropertyValue(name);

function optionsOf(amount: Shown['amount'], width: number): UPlot.Options {
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
        values: (_, marks) => marks.map(amount),
      },
    ],
  };
}
