/** Two results of a suite, the earlier and the later one: what flipped, and what is more than chance. */
import { passesOf } from './figures.ts';
import type { EvaluationResult } from './result.ts';
import { type BeforeAfter, chanceOfSoFew, type Passes } from './statistics.ts';

/** A task that mostly passed and mostly does not any more, or the other way round. */
export type FlippedTask = { task: string; to: 'passing' | 'failing' } & BeforeAfter;

export type ProfileComparison = {
  profile: string;
  /** How many tasks are compared. */
  tasks: number;
  before: Passes;
  after: Passes;
  /** How likely so few passes are where nothing has changed. */
  chance: number;
  /** `too_few`: with so many runs, not even failures alone would count as a regression. */
  verdict: 'regressed' | 'held' | 'too_few';
  flips: FlippedTask[];
};

export type ResultComparison = {
  profiles: ProfileComparison[];
  /** What could not be compared, each a sentence. */
  left: string[];
  /** Nothing has regressed, something was compared, and nothing that was graded before is missing. */
  ok: boolean;
};

/** By the rule of the later one. What was graded before and is not now may be what has regressed. */
export function compareResults(
  before: EvaluationResult,
  after: EvaluationResult,
): ResultComparison {
  const limit = after.regression.chance;
  const same = Object.keys(after.tasks).filter(name => after.tasks[name] === before.tasks[name]);
  const others = Object.keys(after.tasks).filter(name => !same.includes(name));
  const names = Object.keys(after.profiles).filter(name => before.profiles[name]);
  const profiles = names.map(name => compareProfile(name, same, { before, after, limit }));
  const compared = profiles.filter(({ tasks }) => tasks > 0);
  const missing = missingIn(before, after, same);
  return {
    profiles: compared,
    left: [
      ...others.map(name =>
        before.tasks[name] === undefined
          ? `The task ${name} is new.`
          : `The task ${name} is another one than before.`,
      ),
      ...Object.keys(after.profiles)
        .filter(name => !before.profiles[name])
        .map(name => `The profile ${name} is new.`),
      ...profiles
        .filter(({ tasks }) => tasks === 0)
        .map(({ profile }) => `No task of the profile ${profile} was graded both times.`),
      ...missing,
    ],
    ok:
      missing.length === 0 &&
      compared.length > 0 &&
      compared.every(({ verdict }) => verdict !== 'regressed'),
  };
}

/** What was graded before and should have been now, each a sentence. */
function missingIn(
  before: EvaluationResult,
  after: EvaluationResult,
  same: readonly string[],
): string[] {
  const [was, is] = [gradedIn(before), gradedIn(after)];
  const all = new Set([...was.values()].flatMap(tasks => [...tasks]));
  return [
    ...[...all]
      .filter(task => before.tasks[task] !== undefined && after.tasks[task] === undefined)
      .map(task => `The task ${task} was graded before and is gone.`),
    ...Object.keys(before.profiles).flatMap(profile => {
      const tasks = was.get(profile) ?? new Set();
      if (after.profiles[profile] === undefined)
        return tasks.size > 0 ? [`The profile ${profile} was graded before and is gone.`] : [];
      return same
        .filter(task => tasks.has(task) && !is.get(profile)?.has(task))
        .map(
          task => `The task ${task} was graded before and is not now, by the profile ${profile}.`,
        );
    }),
  ];
}

/** By profile. */
function gradedIn({ trials, profiles }: EvaluationResult): Map<string, Set<string>> {
  const graded = new Map(Object.keys(profiles).map(name => [name, new Set<string>()]));
  for (const trial of trials)
    if (passesOf([trial]).runs > 0) graded.get(trial.profile)?.add(trial.task);
  return graded;
}

/** The part of a result that people chose; where they named none, all of it. */
export function partOf(
  result: EvaluationResult,
  chosen: { task: readonly string[]; profile: readonly string[] },
): EvaluationResult {
  const only = <V>(all: Record<string, V>, names: readonly string[]): Record<string, V> =>
    names.length === 0
      ? all
      : Object.fromEntries(Object.entries(all).filter(([name]) => names.includes(name)));
  return {
    ...result,
    tasks: only(result.tasks, chosen.task),
    profiles: only(result.profiles, chosen.profile),
  };
}

type Compared = { before: EvaluationResult; after: EvaluationResult; limit: number };

function compareProfile(
  profile: string,
  tasks: readonly string[],
  { before, after, limit }: Compared,
): ProfileComparison {
  const passesIn = ({ trials }: EvaluationResult, task: string) =>
    passesOf(trials.filter(trial => trial.task === task && trial.profile === profile));
  const rows = tasks
    .map(task => ({ task, before: passesIn(before, task), after: passesIn(after, task) }))
    .filter(row => row.before.runs > 0 && row.after.runs > 0);
  const chance = chanceOfSoFew(rows);
  const worst = rows.map(row => ({
    before: row.before,
    after: { passed: 0, runs: row.after.runs },
  }));
  return {
    profile,
    tasks: rows.length,
    before: sumOf(rows.map(row => row.before)),
    after: sumOf(rows.map(row => row.after)),
    chance,
    verdict: verdictOf({ chance, worst: chanceOfSoFew(worst), limit }),
    flips: rows.flatMap(row => flipOf(row) ?? []),
  };
}

/** Where nothing passed before, nothing can regress. */
function verdictOf(of: {
  chance: number;
  worst: number;
  limit: number;
}): ProfileComparison['verdict'] {
  const { chance, worst, limit } = of;
  if (chance < limit) return 'regressed';
  return worst < limit || worst === 1 ? 'held' : 'too_few';
}

function flipOf(row: { task: string } & BeforeAfter): FlippedTask | null {
  const [was, is] = [mostlyPasses(row.before), mostlyPasses(row.after)];
  return was === is ? null : { ...row, to: is ? 'passing' : 'failing' };
}

const mostlyPasses = ({ passed, runs }: Passes): boolean => 2 * passed > runs;

const sumOf = (all: readonly Passes[]): Passes => ({
  passed: all.reduce((sum, { passed }) => sum + passed, 0),
  runs: all.reduce((sum, { runs }) => sum + runs, 0),
});
