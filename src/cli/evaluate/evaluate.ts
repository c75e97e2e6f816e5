/** `gatehouse evaluate FILE`: runs a suite, or reads an earlier result, prints it, and compares it with another one. */
import { compareResults, partOf } from '../../core/evaluation/compare.ts';
import type { EvaluationResult } from '../../core/evaluation/result.ts';
import { MOST_REPEATS } from '../../core/evaluation/suite.ts';
import { didYouMean } from '../../core/nearest.ts';
import { plain } from '../../core/text/plain-text.ts';
import { type Output, print } from '../output.ts';
import type { Services } from '../services.ts';
import { operator } from '../steer/steer.ts';
import { describeComparison } from './describe-comparison.ts';
import { describeResult, describeTrial } from './describe-result.ts';
import { type ReadSuite, readSuite } from './read-suite.ts';
import { openResultWriter, readResult } from './result-file.ts';
import { stopSignals } from './stop-signals.ts';

export type EvaluateOptions = {
  json: boolean;
  profile: string[];
  task: string[];
  repeat?: number;
  out?: string;
  against?: string;
};

export async function evaluate(
  services: Pick<Services, 'evaluate'>,
  output: Output,
  file: string,
  options: EvaluateOptions & { gatehouse: string },
): Promise<void> {
  // What can't be compared is said before anything is spent.
  const against = options.against === undefined ? null : await readResult(options.against);
  if (against?.stopped)
    throw new Error(
      `${options.against} is of an evaluation that was stopped: name the result of a whole one`,
    );
  const before = against && partOf(against, options);
  const evaluated = await (file.endsWith('.json') ? evaluatedBefore : run)(services, output, {
    file,
    ...options,
  });
  if ('faults' in evaluated) {
    const { faults } = evaluated;
    const lines = [...faults, 'evaluate: refused'].map(line => plain(line, 600));
    print(output, options.json, { ok: false, faults }, lines);
    return output.exit(1);
  }
  const result = evaluated;
  const comparison = before && compareResults(before, result);
  const ok = !result.stopped && (comparison ? comparison.ok : hasGraded(result));
  print(output, options.json, { ok, ...result, comparison }, [
    ...describeResult(result),
    ...(comparison ? ['', ...describeComparison(comparison, result.regression.chance)] : []),
  ]);
  if (!ok) output.exit(1);
}

type Given = EvaluateOptions & { file: string; gatehouse: string };

async function evaluatedBefore(
  _: unknown,
  __: unknown,
  { file, repeat, out, against, profile, task }: Given,
): Promise<EvaluationResult | { faults: string[] }> {
  const isPart = profile.length > 0 || task.length > 0;
  if (repeat !== undefined || out !== undefined || (isPart && against === undefined))
    return {
      faults: [
        `${file} is a result, with which only --json and --against go, and with that --task and --profile: name a suite to run`,
      ],
    };
  return readResult(file);
}

async function run(
  services: Pick<Services, 'evaluate'>,
  output: Output,
  options: Given,
): Promise<EvaluationResult | { faults: string[] }> {
  const read = await readSuite(options.file);
  if (!read.ok) return read;
  const chosen = choose(read.suite, options);
  if (!chosen.ok) return chosen;
  // Nor is what can't be written.
  const { out } = options;
  const opened = out === undefined ? null : openResultWriter(out);
  const writer = await opened?.catch((error: Error) => error);
  if (writer instanceof Error) return { faults: [`--out: ${writer.message}`] };
  const { suite } = chosen;
  output.err(`${startOf(suite)}\n`);
  const stop = stopSignals(output);
  try {
    const result = await services.evaluate({
      suite,
      by: operator(),
      gatehouse: options.gatehouse,
      progress: {
        ended: (trial, at) => output.err(`${describeTrial(trial, at)}\n`),
        soFar: result => writer?.offer(result),
      },
      signal: stop.signal,
    });
    writer?.offer(result);
    return result;
  } finally {
    stop.forget();
    await writer?.finish();
  }
}

/** Such as `2 tasks by 3 profiles, 5 times each: 30 runs.` */
function startOf({ tasks, profiles, repeat }: ReadSuite): string {
  const many = (count: number, what: string) => `${count} ${what}${count === 1 ? '' : 's'}`;
  const times = repeat === 1 ? 'once' : `${repeat} times`;
  const runs = tasks.length * profiles.length * repeat;
  return `${many(tasks.length, 'task')} by ${many(profiles.length, 'profile')}, ${times} each: ${many(runs, 'run')}.`;
}

/** Where nothing could be judged, it is no success. */
const hasGraded = ({ profiles }: EvaluationResult): boolean =>
  Object.values(profiles).every(({ runs }) => runs > 0);

function choose(
  suite: ReadSuite,
  { profile, task, repeat }: EvaluateOptions,
): { ok: true; suite: ReadSuite } | { ok: false; faults: string[] } {
  const faults = [
    ...(repeat !== undefined && repeat > MOST_REPEATS
      ? [`--repeat: it is at most ${MOST_REPEATS}`]
      : []),
    ...missing('profile', profile, suite.profiles),
    ...missing('task', task, suite.tasks),
  ];
  if (faults.length > 0) return { ok: false, faults };
  const isChosen = (names: string[]) => (one: { name: string }) =>
    names.length === 0 || names.includes(one.name);
  return {
    ok: true,
    suite: {
      ...suite,
      profiles: suite.profiles.filter(isChosen(profile)),
      tasks: suite.tasks.filter(isChosen(task)),
      repeat: repeat ?? suite.repeat,
    },
  };
}

function missing(what: string, names: string[], there: readonly { name: string }[]): string[] {
  const known = there.map(({ name }) => name);
  return names
    .filter(name => !known.includes(name))
    .map(
      name =>
        `--${what}: the suite has no ${what} ${name}${didYouMean(name, known) || `; it has ${known.join(', ')}`}`,
    );
}
