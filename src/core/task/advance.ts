/** What comes next in the graph: after a run, after a round. */
import { type StepSpec, stepNamed } from '../graph.ts';
import { backoffMs, later, MERGE, RUN } from '../retry.ts';
import { voidAsked } from './approve.ts';
import type { Blocked } from './blocked.ts';
import { mayRaise } from './budget.ts';
import type { RunFailure } from './command.ts';
import type { TaskDraft } from './draft.ts';
import { hasOthers, mayHelpElsewhere, triesOf } from './fallback.ts';
import type { Executor } from './run.ts';
import {
  createdOf,
  currentRework,
  type DataOf,
  isOver,
  mayEnterAgain,
  mergeRun,
  type Run,
  runOf,
} from './state.ts';

/** Merges of the base that agents may do on one task: a base that moves on and on is a person's to judge. */
export const CONFLICT_REWORKS = 3;

/** Queues every step whose needs are done; ends the task where nothing is left to do. */
export function advance(task: TaskDraft): void {
  const { graph } = createdOf(task.state);
  const isDone = (id: string) => task.state.steps[id]?.status === 'done';
  for (const step of graph.steps) {
    if (task.state.steps[step.id]?.status !== 'waiting' || !step.needs.every(isDone)) continue;
    if (step.purpose === 'merge' && openNextRound(task)) return;
    queue(task, step, { purpose: 'step', executor: executorOf(step) });
  }
  if (graph.steps.every(step => isDone(step.id))) finish(task, 'success', '');
}

/** Begins the oldest admitted rework, in place of the merge that waits; false where there is none. */
export function openNextRound(task: TaskDraft): boolean {
  const rework = task.state.waitingReworks.find(waiting => waiting.admitted);
  const head = task.state.pull?.head;
  const { graph } = createdOf(task.state);
  const waits = task.state.runs.every(run => isOver(run) || run.id === mergeRun(task.state)?.id);
  if (!rework || !head || !graph.reworkFrom || !waits) return false;
  const merge = mergeRun(task.state);
  const round = task.state.round + 1;
  if (merge) cancel(task, merge, `Round ${round} begins.`);
  const parent = rework.merges?.sha ?? head;
  task.add({ type: 'round.opened', v: 1, data: { round, rework: rework.id, parent } });
  advance(task);
  return true;
}

const executorOf = (step: StepSpec): Executor =>
  step.kind === 'command'
    ? { kind: 'command', command: step.command }
    : step.kind === 'agent'
      ? { kind: 'agent', role: step.role }
      : { kind: 'builtin', builtin: step.purpose };

/** In a rework the first step is done by the rework's own role. */
function executorIn(task: TaskDraft, step: StepSpec, executor: Executor): Executor {
  const rework = currentRework(task.state);
  const first = step.id === createdOf(task.state).graph.reworkFrom;
  return rework && first ? { kind: 'agent', role: rework.role } : executor;
}

function queue(
  task: TaskDraft,
  step: StepSpec,
  next: { purpose: Run['purpose']; executor: Executor; notBefore?: string },
): void {
  const { purpose, executor, notBefore = null } = next;
  const { round } = task.state;
  const attempt = task.state.runs.filter(r => r.step === step.id && r.round === round).length + 1;
  const run = `${step.id}-${round}-${attempt}`;
  const by = purpose === 'step' ? executorIn(task, step, executor) : executor;
  const data = { run, step: step.id, round, attempt, executor: by, purpose, notBefore };
  task.add({ type: 'run.queued', v: 1, data });
}

/** Ends a run as a success, and nothing more. */
export function end(task: TaskDraft, id: string, reason: string): void {
  finishRun(task, { run: id, outcome: 'success', class: null, reason });
}

/** Finishes a run; an approval for what its agent asked ends with it. */
function finishRun(task: TaskDraft, data: DataOf<'run.finished'>): void {
  voidAsked(task, data.run, 'Its run is over.');
  task.add({ type: 'run.finished', v: 1, data });
}

/** Ends a run as a success, and goes on. */
export function succeed(task: TaskDraft, id: string, reason: string): void {
  end(task, id, reason);
  const run = runOf(task.state, id);
  const step = stepOf(task, run);
  if (run.purpose === 'remedy') queue(task, step, { purpose: 'step', executor: executorOf(step) });
  else advance(task);
}

/** Ends a run as failed, and decides what follows: the same again, a remedy, or the round's end. */
export function fail(
  task: TaskDraft,
  id: string,
  failure: RunFailure,
  circumstance: { now: string; jitter: number },
): void {
  finishRun(task, { run: id, outcome: 'failure', class: failure.class, reason: failure.reason });
  const run = runOf(task.state, id);
  const step = stepOf(task, run);
  const siblings = task.state.runs.filter(r => r.step === run.step && r.round === run.round);
  const tried = triesOf(task.state, run).filter(({ class: red }) => red !== 'red').length;
  // The next run goes on with what this one did, once its cap is raised.
  if (run.budget.reached && mayRaise(task.state))
    return queue(task, step, { purpose: run.purpose, executor: run.executor });
  // The next of the chain need not wait until the last one can work again.
  if (mayHelpElsewhere(failure.class) && hasOthers(run))
    return queue(task, step, { purpose: run.purpose, executor: run.executor });
  if (failure.retryable) {
    if (tried < RUN.limit) {
      const at = later(circumstance.now, backoffMs(tried, circumstance.jitter, RUN));
      return queue(task, step, { purpose: run.purpose, executor: run.executor, notBefore: at });
    }
  }
  if (mayHelpElsewhere(failure.class) && run.choice && createdOf(task.state).mode === 'live')
    return askPeople(task, run);
  const remedy = step.kind === 'command' ? step.remedy : null;
  const remedies = siblings.filter(r => r.purpose === 'remedy' && r.state === 'success').length;
  if (failure.class === 'red' && run.purpose === 'step' && remedy && remedies < remedy.bound)
    return queue(task, step, {
      purpose: 'remedy',
      executor: { kind: 'agent', role: remedy.role },
    });
  endRound(task, `${run.step}: ${failure.reason}`);
}

/** No agent of the chain could work, for reasons that only people can do something about. */
function askPeople(task: TaskDraft, run: Run): void {
  const tries = triesOf(task.state, run).map(({ choice, adapter, class: failed, reason }) => {
    const by = choice?.adapter ?? adapter ?? 'nobody';
    return `${by} (${failed}): ${reason}`;
  });
  const question = [`No agent could do the step ${run.step}.`, ...new Set(tries)].join(' ');
  task.add({ type: 'task.asked', v: 1, data: { run: run.id, question } });
}

/** The first round's failure is the task's; a later one leaves the pull request as it was. */
function endRound(task: TaskDraft, reason: string): void {
  const rework = currentRework(task.state);
  const { graph } = createdOf(task.state);
  const merge = graph.steps.find(step => step.purpose === 'merge');
  const failed = task.state.runs.findLast(run => run.state === 'failure');
  if (!rework || !merge || failed?.step === merge.id) return finish(task, 'failure', reason);
  task.add({ type: 'rework.declined', v: 1, data: { id: rework.id, reason } });
  if (!openNextRound(task)) queue(task, merge, { purpose: 'step', executor: executorOf(merge) });
}

/** The merge has to wait: policy is asked again later, and as soon as GitHub reports a change. */
export function block(
  task: TaskDraft,
  run: string,
  { obstacle, reason, waitsFor, checksUntil, lookAt }: Blocked,
  { now, jitter }: { now: string; jitter: number },
): void {
  const wait = backoffMs(task.state.blocks + 1, jitter, MERGE);
  const { signaledInMerge } = task.state;
  const outdated = signaledInMerge || (obstacle === 'dequeued' && mayEnterAgain(task.state));
  const again = outdated ? now : later(now, wait);
  // At the end of the wait for checks a person is asked.
  const ends = [checksUntil, lookAt].filter(time => time !== null && now < time);
  const [retryAt = again] = [again, ...ends].filter(time => time !== null).sort();
  const data = { run, obstacle, reason, retryAt, checksUntil, waitsFor };
  task.add({ type: 'merge.blocked', v: 4, data });
}

export function cancel(task: TaskDraft, run: Run, reason: string): void {
  finishRun(task, { run: run.id, outcome: 'canceled', class: null, reason });
}

/** Ends the task; runs that are not over are canceled first. */
export function finish(
  task: TaskDraft,
  outcome: 'success' | 'failure' | 'canceled' | 'refused',
  reason: string,
): void {
  for (const run of task.state.runs)
    if (!isOver(run)) cancel(task, run, `The task ended: ${outcome}.`);
  task.add({ type: 'task.finished', v: 1, data: { outcome, reason } });
}

export const stepOf = (task: TaskDraft, run: Run): StepSpec =>
  stepNamed(createdOf(task.state).graph, run.step);
