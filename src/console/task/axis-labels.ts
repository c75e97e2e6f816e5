/** What stands at the places of a line of time: as exact as it takes to tell them apart. */

const DAY_MS = 86_400_000;

/** One label for each moment, in milliseconds, in order. */
export function axisLabels(moments: readonly number[]): string[] {
  const [from = 0] = moments;
  const to = moments.at(-1) ?? from;
  if (to - from > DAY_MS)
    return moments.map(moment =>
      new Date(moment).toLocaleString(undefined, { dateStyle: 'short', timeStyle: 'short' }),
    );
  const steps = moments.slice(1).map((moment, at) => moment - (moments[at] ?? 0));
  const time = new Intl.DateTimeFormat(undefined, {
    hour: 'numeric',
    minute: '2-digit',
    second: '2-digit',
    fractionalSecondDigits: digitsFor(Math.min(...steps)),
  });
  return moments.map(moment => time.format(moment));
}

/** Digits behind the second. */
function digitsFor(stepMs: number): 1 | 2 | 3 | undefined {
  if (stepMs >= 1_000) return undefined;
  if (stepMs >= 100) return 1;
  return stepMs >= 10 ? 2 : 3;
}
