/** One run of a task by a profile: worked by the ordinary engine until it ends, or would wait for a person. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Operator, Repository } from '../../core/actor.ts';
import { usdOf } from '../../core/budget.ts';
import { startable } from '../../core/commands/commands.ts';
import { agentsIn, judgeTask, type StoppedEarly } from '../../core/evaluation/judge-task.ts';
import type { Trial } from '../../core/evaluation/result.ts';
import type { EvaluationTask } from '../../core/evaluation/suite.ts';
import { totalOf, totalTokens } from '../../core/spend.ts';
import { taskStream } from '../../core/stream.ts';
import { isOpen, isOver, type TaskState } from '../../core/task/state/state.ts';
import { turnOf } from '../../core/task/views/waits-on.ts';
import type { WorkerDependencies } from '../dependencies.ts';
import { createFrom, type TaskOrder } from '../intake/create/create-task.ts';
import { refusalWords } from '../intake/create/refusal-words.ts';
import { loadTask } from '../queries/queries.ts';
import { askedInWork, askedToPublish } from './count-asked.ts';
import { type GradedTask, gradeWork, type PlannedGrader } from './grade-work.ts';

export type PlannedTask = Pick<EvaluationTask, 'command' | 'role' | 'title' | 'body'> & {
  name: string;
  /** As this machine has it. */
  repository: Repository;
  /** The branch that it begins at. */
  branch: string;
  graders: PlannedGrader[];
  /** Of everything that makes the task what it is. */
  digest: string;
};

export type TrialName = Pick<Trial, 'task' | 'profile' | 'repeat'>;

type TrialContext = {
  name: TrialName;
  task: PlannedTask;
  /** Of this evaluation among all of them. */
  evaluation: string;
  by: Operator;
  signal: AbortSignal;
};

const POLL_MS = 200;
/** A worker that begins reports itself a moment later. */
const UNPLACED_MS = 20_000;
const STOPPED: StoppedEarly = { because: 'stop', reason: 'The evaluation was stopped.' };

/** Whatever goes wrong with one run, the others go on. */
export async function runTrial(deps: WorkerDependencies, trial: TrialContext): Promise<Trial> {
  const { name, signal } = trial;
  if (signal.aborted) return notMade(name, STOPPED.reason);
  try {
    return await work(deps, trial);
  } catch (error) {
    return notMade(name, deps.redact(error instanceof Error ? error.message : String(error)));
  }
}

async function work(deps: WorkerDependencies, trial: TrialContext): Promise<Trial> {
  const { name, signal } = trial;
  const created = await createFrom(deps, orderOf(trial));
  if (created.outcome === 'refused') return notMade(name, refusalWords(created.answer).join(' '));
  const id = created.task;
  const stopped = await untilOver(deps, id, trial);
  const folded = await loadTask(deps.log, id);
  const judged = judgeTask(folded.state, stopped);
  const graded: GradedTask =
    judged.outcome === 'passed'
      ? await gradeWork(deps, { task: id, folded, graders: trial.task.graders, signal }).catch(
          ungraded,
        )
      : { ...judged, graders: [] };
  const { state } = folded;
  const isDone = judged.outcome === 'passed';
  // Its grades stand, whatever keeps policy from being asked.
  const later = isDone ? await askedToPublish(deps, state).catch(() => 0) : 0;
  return {
    ...name,
    id,
    outcome: graded.outcome,
    reason: deps.redact(graded.reason),
    graders: graded.graders,
    agents: agentsIn(folded.state),
    ...(await costOf(deps, id)),
    ms: workedMs(folded.state),
    asked: askedInWork(state) + later,
  };
}

const ungraded = (error: Error): GradedTask => ({
  outcome: 'error',
  reason: `It could not be graded: ${error.message}`,
  graders: [],
});

const notMade = (name: TrialName, reason: string): Trial => ({
  ...name,
  id: null,
  outcome: 'error',
  reason,
  graders: [],
  agents: {},
  usd: 0,
  tokens: 0,
  ms: 0,
  asked: 0,
});

function orderOf({ name, task, evaluation, by }: TrialContext): TaskOrder {
  const work = startable(task.command);
  if (work === null) throw new Error(`${task.command} starts no work`);
  const key = `evaluation ${evaluation} ${name.profile}/${name.task}/${name.repeat}`;
  return {
    repository: task.repository,
    origin: { kind: 'call', key },
    requester: { kind: 'token', id: `shell:${by.name}`, project: 'evaluation' },
    // What the repository would have chosen for its base is not here.
    command: { name: work.name, text: '', base: task.branch },
    graph: work.graph,
    about: null,
    goal: { title: task.title, body: task.body },
    taint: [],
    planned: null,
    runs: null,
    evaluates: { role: task.role ?? null },
    target: null,
    label: null,
    key,
    delivery: null,
  };
}

/** Waits for the end, which comes at once where people would have to say how it goes on. */
async function untilOver(
  deps: WorkerDependencies,
  id: string,
  { by, signal }: TrialContext,
): Promise<StoppedEarly | null> {
  let stopped: StoppedEarly | null = null;
  for (;;) {
    const { state } = await loadTask(deps.log, id);
    if (!isOpen(state)) return stopped;
    const wanted = signal.aborted ? STOPPED : whatWaits(state, deps.clock.now());
    if (wanted && stopped === null) {
      stopped = wanted;
      await cancelTask(deps, id, { by, because: wanted.reason });
    }
    await sleep(POLL_MS);
  }
}

function whatWaits(state: TaskState, now: Date): StoppedEarly | null {
  const { on, reason } = turnOf(state);
  if (on !== 'person') return null;
  const unplaced = state.runs.find(run => run.unplaced !== null && !isOver(run));
  if (unplaced && now.getTime() - Date.parse(unplaced.queuedAt) < UNPLACED_MS) return null;
  return { because: 'person', reason };
}

export async function cancelTask(
  { handle }: Pick<WorkerDependencies, 'handle'>,
  id: string,
  { by, because }: { by: Operator; because: string },
): Promise<void> {
  const command = { type: 'cancel' as const, by, target: null, because };
  // Where it has ended meanwhile, there is nothing to cancel.
  await handle({ stream: taskStream(id), command, actor: by });
}

async function costOf(
  { ledger }: Pick<WorkerDependencies, 'ledger'>,
  id: string,
): Promise<Pick<Trial, 'usd' | 'tokens'>> {
  const spent = await ledger.spentBy(id);
  const { usage, nanoUsd, unpriced } = totalOf(spent.map(({ spend }) => spend));
  return { usd: unpriced.length > 0 ? null : usdOf(nanoUsd), tokens: totalTokens(usage) };
}

const workedMs = ({ runs }: TaskState): number =>
  runs.reduce((sum, { startedAt, finishedAt }) => {
    const ms = startedAt && finishedAt ? Date.parse(finishedAt) - Date.parse(startedAt) : 0;
    return sum + Math.max(0, ms);
  }, 0);
