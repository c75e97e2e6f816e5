/** An evaluation: each task by each profile, as often as the suite says, through the ordinary engine. */
import { randomUUID } from 'node:crypto';
import type { Operator } from '../../core/actor.ts';
import { figuresOf } from '../../core/evaluation/figures.ts';
import type { EvaluationResult, Trial } from '../../core/evaluation/result.ts';
import type { Threshold } from '../../core/evaluation/suite.ts';
import type { Profile } from '../../core/profile.ts';
import type { Dependencies, Settings } from '../dependencies.ts';
import { createEngine, type Engine } from '../engine.ts';
import { withLease } from '../lease-guard.ts';
import { cancelTask, type PlannedTask, runTrial, type TrialName } from './run-trial.ts';

export type PlannedProfile = {
  name: string;
  /** By role. */
  roles: ReadonlyMap<string, Profile>;
  settings: Pick<Settings, 'realAgents' | 'simulation'>;
};

export type EvaluationPlan = Pick<EvaluationResult, 'suite' | 'gatehouse' | 'regression'> & {
  tasks: readonly PlannedTask[];
  profiles: readonly PlannedProfile[];
  repeat: number;
  thresholds: Readonly<Record<string, Threshold>>;
  by: Operator;
};

export type EvaluationProgress = {
  /** Told of each run as it ends. `of`: how many there are. */
  ended(trial: Trial, at: { done: number; of: number }): void;
  /** Told what there is after each run, of an evaluation that ends here. */
  soFar(result: EvaluationResult): void;
};

/** How often forgotten work is looked for. */
const SWEEP_MS = 2_000;
const GRACE_MS = 2_000;

/** Throws where another evaluation has the same database: the work of one would be done by the other. */
export async function evaluate(
  deps: Dependencies,
  plan: EvaluationPlan,
  { progress, signal }: { progress: EvaluationProgress; signal: AbortSignal },
): Promise<EvaluationResult> {
  const { leases, settings } = deps;
  const wanted = {
    name: 'evaluation',
    holder: settings.worker,
    signal,
    stillWanted: async () => true,
  };
  const held = await withLease(leases, wanted, guard =>
    evaluateAll(deps, plan, { progress, signal: guard.signal }),
  );
  if (held) return held.done;
  throw new Error(
    'Another evaluation is running with this state folder: wait for its end, or name another folder in GATEHOUSE_STATE_DIR. One that was killed is forgotten after ten seconds.',
  );
}

type UnderWay = { progress: EvaluationProgress; signal: AbortSignal };

async function evaluateAll(
  deps: Dependencies,
  plan: EvaluationPlan,
  running: UnderWay,
): Promise<EvaluationResult> {
  const startedAt = deps.clock.now().toISOString();
  const evaluation = randomUUID();
  const made: Trial[] = [];
  const result = (trials: readonly Trial[], stopped: boolean): EvaluationResult => ({
    version: 1,
    suite: plan.suite,
    gatehouse: plan.gatehouse,
    regression: plan.regression,
    startedAt,
    finishedAt: deps.clock.now().toISOString(),
    stopped,
    tasks: Object.fromEntries(plan.tasks.map(({ name, digest }) => [name, digest])),
    profiles: Object.fromEntries(
      plan.profiles.map(({ name }) => [
        name,
        figuresOf(
          trials.filter(({ profile }) => profile === name),
          plan.thresholds,
        ),
      ]),
    ),
    trials: [...trials],
  });
  const total = plan.profiles.length * plan.tasks.length * plan.repeat;
  const ended = (trial: Trial) => {
    made.push(trial);
    running.progress.ended(trial, { done: made.length, of: total });
    running.progress.soFar(result(made, true));
  };
  const { signal } = running;
  const trials: Trial[] = [];
  for (const profile of plan.profiles)
    trials.push(...(await evaluateProfile(deps, plan, { profile, evaluation, signal, ended })));
  return result(trials, signal.aborted);
}

type OneProfile = {
  profile: PlannedProfile;
  evaluation: string;
  signal: AbortSignal;
  ended: (trial: Trial) => void;
};

/** An engine of its own, whose roles and agents are those of the profile. */
async function evaluateProfile(
  deps: Dependencies,
  plan: EvaluationPlan,
  { profile, evaluation, signal, ended }: OneProfile,
): Promise<Trial[]> {
  const settings = { ...deps.settings, ...profile.settings };
  const own = { ...deps, profiles: profile.roles, settings };
  const engine = createEngine(own);
  const worker = { ...own, handle: engine.handle };
  await cancelLeft(deps, engine, plan.by);
  await engine.work();
  engine.sweep(SWEEP_MS);
  try {
    const names: TrialName[] = Array.from({ length: plan.repeat }, (_, at) => at + 1).flatMap(
      repeat => plan.tasks.map(({ name }) => ({ task: name, profile: profile.name, repeat })),
    );
    return await inTurns(names, settings.concurrency.all, async name => {
      const task = plan.tasks.find(each => each.name === name.task);
      if (!task) throw new Error(`the suite has no task ${name.task}`);
      const trial = await runTrial(worker, { name, task, evaluation, by: plan.by, signal });
      ended(trial);
      return trial;
    });
  } finally {
    await engine.stop(GRACE_MS);
  }
}

/** What an evaluation that was killed left open would be worked on. */
async function cancelLeft(
  { tasks }: Pick<Dependencies, 'tasks'>,
  engine: Engine,
  by: Operator,
): Promise<void> {
  for (const { id } of await tasks.list({ open: true, limit: 10_000 }))
    await cancelTask(engine, id, { by, because: 'Its evaluation was killed.' });
}

/** All of them, at most so many at a time, in order. */
async function inTurns<I, O>(
  items: readonly I[],
  atOnce: number,
  work: (item: I) => Promise<O>,
): Promise<O[]> {
  const results: O[] = [];
  const waiting = [...items.entries()];
  const turn = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift())
      results[next[0]] = await work(next[1]);
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, turn));
  return results;
}
