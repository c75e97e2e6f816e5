/** What the runs of a profile come to, and which thresholds of the suite that meets. */
import type { ProfileFigures, Trial } from './result.ts';
import { type Passes, wilson } from './statistics.ts';
import type { Threshold } from './suite.ts';

export function figuresOf(
  trials: readonly Trial[],
  thresholds: Readonly<Record<string, Threshold>>,
): ProfileFigures {
  const graded = trials.filter(isGraded);
  const passes = passesOf(trials);
  const { runs, passed } = passes;
  const usd = trials.some(trial => trial.usd === null)
    ? null
    : sumOf(trials, trial => trial.usd ?? 0);
  return {
    runs,
    passed,
    errors: trials.length - runs,
    rate: runs === 0 ? null : passed / runs,
    interval: wilson(passes),
    usd,
    usdForEachPass: usd === null || passed === 0 ? null : usd / passed,
    tokens: sumOf(trials, ({ tokens }) => tokens),
    medianMs: graded.map(({ ms }) => ms).sort((a, b) => a - b)[(graded.length - 1) >> 1] ?? 0,
    asked: sumOf(trials, ({ asked }) => asked),
    thresholds: Object.fromEntries(
      Object.entries(thresholds).map(([name, threshold]) => [name, judged(threshold, passes)]),
    ),
  };
}

/** What an error kept from being judged counts neither for nor against. */
const isGraded = ({ outcome }: Pick<Trial, 'outcome'>): boolean => outcome !== 'error';

export function passesOf(trials: readonly Pick<Trial, 'outcome'>[]): Passes {
  const graded = trials.filter(isGraded);
  return {
    passed: graded.filter(({ outcome }) => outcome === 'passed').length,
    runs: graded.length,
  };
}

const sumOf = (trials: readonly Trial[], of: (trial: Trial) => number): number =>
  trials.reduce((sum, trial) => sum + of(trial), 0);

export const percent = (rate: number): string => `${Math.round(rate * 1_000) / 10} %`;

function judged(
  { pass, runs: least }: Threshold,
  { passed, runs }: Passes,
): ProfileFigures['thresholds'][string] {
  const short = least - runs;
  if (short > 0)
    return {
      met: false,
      reason: `It takes ${least} graded runs, and there are ${runs}.`,
    };
  if (passed / runs < pass)
    return {
      met: false,
      reason: `${percent(passed / runs)} passed, and it takes ${percent(pass)}.`,
    };
  return { met: true, reason: '' };
}
