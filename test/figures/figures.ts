/** Figures of proofs and benchmarks: a table for people, JSON for machines, an exit code for CI. */
import { writeFile } from 'node:fs/promises';

export type Figure = {
  name: string;
  value: number;
  unit: string;
  /** The same measured on a baseline in the same run; `null` where there is none. */
  baseline: number | null;
  /** `value` ÷ `baseline`. */
  ratio: number | null;
  /** The goal as text, such as "≥ 0.35 of the baseline". */
  goal: string;
  ok: boolean;
};

type Goal = { least: number } | { most: number };

/** Makes a figure that is judged by its value. */
export function valued(name: string, value: number, unit: string, goal: Goal): Figure {
  return { name, value, unit, baseline: null, ratio: null, ...judged(value, goal, unit) };
}

/** Makes a figure that is judged by its ratio to a baseline of the same run. */
export function compared(
  name: string,
  { value, unit, baseline }: { value: number; unit: string; baseline: number },
  goal: Goal,
): Figure {
  const ratio = value / baseline;
  return { name, value, unit, baseline, ratio, ...judged(ratio, goal, 'of the baseline') };
}

const judged = (measured: number, goal: Goal, unit: string) =>
  'least' in goal
    ? { goal: `≥ ${shown(goal.least)} ${unit}`, ok: measured >= goal.least }
    : { goal: `≤ ${shown(goal.most)} ${unit}`, ok: measured <= goal.most };

/** Prints the table, writes the JSON where a file is named, and returns whether every goal is met. */
export async function report(figures: Figure[], json: string | undefined): Promise<boolean> {
  process.stdout.write(`\n${table(figures)}\n`);
  const missed = figures.filter(figure => !figure.ok);
  process.stdout.write(
    `\n${figures.length - missed.length} of ${figures.length} goals met${missed.map(({ name }) => `\n  missed: ${name}`).join('')}\n`,
  );
  if (json !== undefined) await writeFile(json, `${JSON.stringify(figures, null, 2)}\n`);
  return missed.length === 0 && figures.length > 0;
}

const HEAD = ['', 'measured', 'value', 'baseline', 'ratio', 'goal'];

/** The figures as lines, each with its goal. */
export function table(figures: Figure[]): string {
  const rows = figures.map(({ name, value, unit, baseline, ratio, goal, ok }) => [
    ok ? '✓' : '✗',
    name,
    `${shown(value)} ${unit}`,
    baseline === null ? '' : `${shown(baseline)} ${unit}`,
    ratio === null ? '' : shown(ratio),
    goal,
  ]);
  const all = [HEAD, ...rows];
  const widths = HEAD.map((_, column) => Math.max(...all.map(row => (row[column] ?? '').length)));
  return all
    .map(row =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** The value with three significant digits. */
const shown = (value: number): string =>
  Math.abs(value) >= 100
    ? Math.round(value).toLocaleString('en-US')
    : `${Number(value.toPrecision(3))}`;
