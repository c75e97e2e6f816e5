/** The result of an evaluation, for people at a terminal. */
import { moneyInWords, nanoOf, numberInWords } from '../../core/budget.ts';
import { passesOf, percent } from '../../core/evaluation/figures.ts';
import type { EvaluationResult, ProfileFigures, Trial } from '../../core/evaluation/result.ts';
import type { Passes } from '../../core/evaluation/statistics.ts';
import { plain, visible } from '../../core/text/plain-text.ts';
import { table } from '../output.ts';

const MARKS: Record<Trial['outcome'], string> = { passed: '✓', failed: '✗', error: '!' };

/** One line, as the run ends. */
export function describeTrial(trial: Trial, { done, of }: { done: number; of: number }): string {
  const { task, profile, repeat, outcome, ms, reason } = trial;
  const why = reason === '' ? '' : `: ${plain(firstLine(reason), 160)}`;
  return `${MARKS[outcome]} ${done}/${of}  ${task} by ${profile}, run ${repeat}: ${outcome} after ${seconds(ms)}${why}`;
}

const firstLine = (text: string): string => text.split('\n', 1)[0] ?? '';

export function describeResult(result: EvaluationResult): string[] {
  const { profiles, trials } = result;
  const rows = Object.entries(profiles).map(([name, figures]) => rowOf(name, figures));
  return [
    ...table([HEAD, ...rows]),
    ...section('Where they differ', differences(result)),
    ...section('Thresholds', Object.entries(profiles).flatMap(thresholdsOf)),
    ...section('What did not pass', failuresOf(trials)),
  ];
}

const HEAD = [
  ...['profile', 'passed', 'rate', '95 % interval', 'cost', 'each pass', 'tokens'],
  ...['median time', 'asked', 'errors'],
];

function rowOf(name: string, figures: ProfileFigures): string[] {
  const { runs, rate, interval, usd, usdForEachPass, tokens, medianMs, asked, errors } = figures;
  return [
    name,
    inWords({ passed: figures.passed, runs }),
    rate === null ? '–' : percent(rate),
    runs === 0 ? '–' : `${percent(interval.low)} to ${percent(interval.high)}`,
    moneyOf(usd),
    usd === null || usdForEachPass !== null ? moneyOf(usdForEachPass) : '–',
    numberInWords('tokens', tokens),
    runs === 0 ? '–' : seconds(medianMs),
    String(asked),
    String(errors),
  ];
}

export const inWords = ({ passed, runs }: Passes): string => `${passed} of ${runs}`;

const moneyOf = (usd: number | null): string =>
  usd === null ? 'unknown' : moneyInWords(nanoOf(usd));

const seconds = (ms: number): string =>
  ms < 10_000 ? `${(ms / 1_000).toFixed(1)} s` : `${Math.round(ms / 1_000)} s`;

const section = (title: string, lines: string[]): string[] =>
  lines.length === 0 ? [] : ['', `${title}:`, ...lines.map(line => `  ${line}`)];

/** Tasks that profiles do not do alike. */
function differences({ tasks, profiles, trials }: EvaluationResult): string[] {
  const names = Object.keys(profiles);
  const rows = Object.keys(tasks).map(task => ({
    task,
    passes: names.map(name =>
      passesOf(trials.filter(trial => trial.task === task && trial.profile === name)),
    ),
  }));
  const different = rows.filter(
    ({ passes }) => new Set(passes.map(({ passed, runs }) => passed / (runs || 1))).size > 1,
  );
  return table(
    different.map(({ task, passes }) => [
      task,
      ...passes.map((each, at) => `${names[at]} ${inWords(each)}`),
    ]),
  );
}

const thresholdsOf = ([profile, { thresholds }]: [string, ProfileFigures]): string[] =>
  Object.entries(thresholds).map(([name, { met, reason }]) =>
    met ? `✓ ${profile} meets ${name}.` : `✗ ${profile} does not meet ${name}. ${reason}`,
  );

/** More are in the file of the result. */
const MOST_FAILURES = 20;

function failuresOf(trials: readonly Trial[]): string[] {
  const failed = trials.filter(({ outcome }) => outcome !== 'passed');
  const rest = failed.length - MOST_FAILURES;
  return [
    ...failed.slice(0, MOST_FAILURES).flatMap(describeFailure),
    ...(rest > 0 ? [`and ${rest} more, which --out writes to a file`] : []),
  ];
}

/** Lines of what a command printed last; the file of the result has more. */
const MOST_LINES = 8;

/** From the first failure on, where a line says one; else the last lines. Totals and frames say nothing. */
export function tellingLines(printed: readonly string[]): string[] {
  const lines = printed.filter(line => !SAYS_NOTHING.test(line));
  const first = lines.findIndex(line => FAILS.test(line));
  return first < 0 ? lines.slice(-MOST_LINES) : lines.slice(first, first + MOST_LINES);
}

/** Totals and the frames of `node --test` and other runners that print TAP. */
const SAYS_NOTHING =
  /^\s*$|^\s*(?:#|ℹ) (?:tests|suites|pass|fail|cancelled|skipped|todo|duration_ms)\b|^\s*(?:---|\.\.\.|duration_ms: .*|type: '(?:test|suite)'|TAP version \d+|\d+\.\.\d+)$/;

/** How runners begin the line of what failed. */
const FAILS =
  /^\s*(?:not ok\b|[✖✗×✕✘] |FAIL\b|FAILED\b|--- FAIL|E {2,}|(?:\w+\.)*\w*(?:Error|Exception)\b.*:|thread '.*' panicked)/;

function describeFailure({ task, profile, repeat, id, outcome, reason }: Trial): string[] {
  const where = id === null ? '' : `, task ${id}`;
  const [first = '', ...printed] = reason.split('\n');
  return [
    `${MARKS[outcome]} ${task} by ${profile}, run ${repeat}${where}`,
    `    ${plain(first, 300)}`,
    ...tellingLines(printed).map(line => `      ${visible(line).slice(0, 160)}`),
  ];
}
