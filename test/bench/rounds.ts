/** Measures two things in alternating rounds, so that other work on the machine affects both. */

export type Pair = { ours: number; plain: number };

/** The medians of `rounds` rounds of each, after one round of each as a warm-up. */
export async function alternate(
  rounds: number,
  ours: () => Promise<number>,
  plain: () => Promise<number>,
): Promise<Pair> {
  const measured: Pair[] = [];
  for (let round = 0; round <= rounds; round += 1) {
    const pair = { plain: await plain(), ours: await ours() };
    if (round > 0) measured.push(pair);
  }
  return {
    ours: median(measured.map(pair => pair.ours)),
    plain: median(measured.map(pair => pair.plain)),
  };
}

export function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
}

/** The value that `share` (0 to 1) of all values do not exceed. */
export function percentile(values: number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
}

/** The duration of the work in milliseconds. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}
