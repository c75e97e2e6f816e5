/** What counts of passes say beyond chance. */

export type Passes = { passed: number; runs: number };

/** Of the normal distribution: 95 of 100 intervals hold the true rate. */
const Z = 1.96;

/** Wilson's interval of a rate, which holds for few runs and for rates near 0 and 1 as well. */
export function wilson({ passed, runs }: Passes): { low: number; high: number } {
  if (runs === 0) return { low: 0, high: 1 };
  const rate = passed / runs;
  const scale = 1 + Z ** 2 / runs;
  const middle = (rate + Z ** 2 / (2 * runs)) / scale;
  const half = (Z / scale) * Math.sqrt((rate * (1 - rate)) / runs + Z ** 2 / (4 * runs ** 2));
  return { low: Math.max(0, middle - half), high: Math.min(1, middle + half) };
}

/** The passes of one task, of a profile as it was and as it is. */
export type BeforeAfter = { before: Passes; after: Passes };

/**
 * How likely so few passes are, or fewer, where nothing has changed: an exact test, in which each task is
 * compared with itself alone. What passed of a task is dealt out anew to its runs before and after, in all
 * ways, each as likely as the others. A task that passes always, or never, tells nothing by that.
 */
export function chanceOfSoFew(tasks: readonly BeforeAfter[]): number {
  let sums = [1];
  for (const task of tasks) sums = convolved(sums, dealtOut(task));
  const seen = tasks.reduce((sum, { after }) => sum + after.passed, 0);
  return Math.min(
    1,
    sums.slice(0, seen + 1).reduce((sum, each) => sum + each, 0),
  );
}

/** The distribution of the passes after, given those of both together: hypergeometric. */
function dealtOut({ before, after }: BeforeAfter): number[] {
  const passed = before.passed + after.passed;
  const all = logChoose(before.runs + after.runs, passed);
  return Array.from({ length: after.runs + 1 }, (_, count) =>
    count > passed || passed - count > before.runs
      ? 0
      : Math.exp(logChoose(after.runs, count) + logChoose(before.runs, passed - count) - all),
  );
}

function convolved(one: readonly number[], other: readonly number[]): number[] {
  const sums = new Array<number>(one.length + other.length - 1).fill(0);
  for (const [i, a] of one.entries())
    if (a > 0) for (const [j, b] of other.entries()) sums[i + j] = (sums[i + j] ?? 0) + a * b;
  return sums;
}

const logChoose = (n: number, k: number): number =>
  logFactorial(n) - logFactorial(k) - logFactorial(n - k);

function logFactorial(n: number): number {
  let sum = 0;
  for (let factor = 2; factor <= n; factor += 1) sum += Math.log(factor);
  return sum;
}
