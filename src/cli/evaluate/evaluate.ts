/** `gatehouse evaluate FILE`: runs a suite, or reads an earlier result, prints it, and compares it with another one. */
import { constants } from 'node:fs';
import { access, readFile, stat, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { compareResults, partOf } from '../../core/evaluation/compare.ts';
import { EvaluationResult } from '../../core/evaluation/result.ts';
import { didYouMean } from '../../core/nearest.ts';
import { plain } from '../../core/plain-text.ts';
import { type Output, print } from '../output.ts';
import type { Services } from '../services.ts';
import { operator } from '../steer/steer.ts';
import { describeComparison } from './describe-comparison.ts';
import { describeResult, describeTrial } from './describe-result.ts';
import { type ReadSuite, readSuite } from './read-suite.ts';

export type EvaluateOptions = {
  json: boolean;
  profile: string[];
  task: string[];
  repeat?: number;
  out?: string;
  against?: string;
};

type Evaluated = { result: EvaluationResult; stopped: boolean };

export async function evaluate(
  services: Pick<Services, 'evaluate'>,
  output: Output,
  file: string,
  options: EvaluateOptions & { gatehouse: string },
): Promise<void> {
  // What can't be compared is said before anything is spent.
  const against = options.against === undefined ? null : await readResult(options.against);
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
  const { result, stopped } = evaluated;
  const comparison = before && compareResults(before, result);
  const ok = !stopped && (comparison ? comparison.ok : hasGraded(result));
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
): Promise<Evaluated | { faults: string[] }> {
  const isPart = profile.length > 0 || task.length > 0;
  if (repeat !== undefined || out !== undefined || (isPart && against === undefined))
    return {
      faults: [
        `${file} is a result, with which only --json and --against go, and with that --task and --profile: name a suite to run`,
      ],
    };
  return { result: await readResult(file), stopped: false };
}

async function run(
  services: Pick<Services, 'evaluate'>,
  output: Output,
  options: Given,
): Promise<Evaluated | { faults: string[] }> {
  const read = await readSuite(options.file);
  if (!read.ok) return read;
  const chosen = choose(read.suite, options);
  if (!chosen.ok) return chosen;
  const { out } = options;
  // Nor is what can't be written.
  if (out !== undefined) {
    await access(dirname(resolve(out)), constants.W_OK);
    const there = await stat(out).catch(() => null);
    if (there?.isDirectory()) return { faults: [`--out: ${out} is a folder: name a file`] };
  }
  const { suite } = chosen;
  output.err(`${startOf(suite)}\n`);
  const stop = stopper(output);
  const result = await services
    .evaluate({
      suite,
      by: operator(),
      gatehouse: options.gatehouse,
      progress: { ended: (trial, at) => output.err(`${describeTrial(trial, at)}\n`) },
      signal: stop.signal,
    })
    .finally(stop.forget);
  const stopped = stop.signal.aborted;
  if (out !== undefined && !stopped) await writeFile(out, `${JSON.stringify(result, null, 2)}\n`);
  return { result, stopped };
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

async function readResult(file: string): Promise<EvaluationResult> {
  const text = await readFile(file, 'utf8');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Error(`${file} is no JSON: name what an earlier \`gatehouse evaluate --out\` wrote`);
  }
  const read = EvaluationResult.safeParse(value);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  throw new Error(
    `${file} is no result of \`gatehouse evaluate --out\`: ${issue?.path.join('.')}: ${issue?.message}`,
  );
}

/** The first Ctrl-C cancels what is under way; a second one ends the process. */
function stopper(output: Output) {
  const controller = new AbortController();
  const stop = () => {
    output.err('Stopping: what is under way is canceled.\n');
    controller.abort();
  };
  process.once('SIGINT', stop).once('SIGTERM', stop);
  const forget = () => void process.off('SIGINT', stop).off('SIGTERM', stop);
  return { signal: controller.signal, forget };
}
