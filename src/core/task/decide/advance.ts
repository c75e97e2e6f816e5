/** What comes next in the graph: after a run, after a round. */
import { isSameCheck } from '../../check-name.ts';
import { downstream, type StepSpec, stepNamed } from '../../graph/graph.ts';
import { backoffMs, later, MERGE } from '../../retry.ts';
import type { Blocked } from '../events/blocked.ts';
import type { Executor } from '../events/run.ts';
import { mayEnterAgain } from '../state/in-merge-queue.ts';
import {
  createdOf,
  currentRework,
  type DataOf,
  isOver,
  purposeOf,
  type Run,
  type TaskState,
} from '../state/state.ts';
import { conditionHolds } from '../work/condition-facts.ts';
import { isSettled, joinOf, stepStateOf, worksOf } from '../work/step-state.ts';
import { voidAsked, voidOfRun } from './approve.ts';
import type { TaskDraft } from './draft.ts';

/** Merges of the base that agents may do on one task: a base that moves on and on is a person's to judge. */
export const CONFLICT_REWORKS = 3;

/** Queues every step whose needs are settled; ends the task where nothing is left to do. */
export function advance(task: TaskDraft): void {
  const steps = stepsLeft(task);
  const settled = (id: string) => isSettled(task.state, id);
  // What is skipped may have been all that steps before it in the list waited for.
  for (let skipped = true; skipped; ) {
    skipped = false;
    for (const step of steps) {
      const { status } = stepStateOf(task.state, step.id);
      if (status !== 'waiting' || !step.needs.every(settled)) continue;
      if (step.purpose === 'merge' && openNextRound(task)) return;
      const reason = reasonToSkip(task, step);
      if (reason === null) begin(task, step);
      else skip(task, step.id, reason);
      skipped ||= reason !== null;
    }
  }
  if (steps.every(({ id }) => settled(id))) finish(task, 'success', leftUnpublished(task.state));
}

/** Work that nobody gets is not done for whoever asked: the end says so. Empty where there is none. */
function leftUnpublished(state: TaskState): string {
  const { graph, mode } = createdOf(state);
  const isWork = state.runs.some(run => run.produced?.work && run.state === 'success');
  if (!isWork || state.pushed !== null || mode !== 'live') return '';
  const publish = graph.steps.find(({ purpose }) => purpose === 'publish');
  const why = publish ? `the step ${publish.id} was skipped` : 'the graph has no step publish';
  return `What it changed is not published: ${why}.`;
}

/** Joins what the step stands on, where that is several works; else the step itself begins. */
function begin(task: TaskDraft, step: StepSpec): void {
  const works = needsTree(step) ? worksOf(task.state, step.id) : [];
  if (works.length < 2) return queue(task, step, { purpose: 'step', executor: executorOf(step) });
  const join = joinOf(task.state, works);
  // It is under way, or people are asked about it, for another step that stands on the same.
  if (join && stepStateOf(task.state, join.step).status !== 'waiting') return;
  queue(task, step, { purpose: 'join', executor: { kind: 'builtin', builtin: 'join' } });
}

const needsTree = ({ kind, purpose }: StepSpec): boolean =>
  kind !== 'builtin' || purpose === 'publish';

/** Once it is merged, what came before has had its effect. */
function stepsLeft({ state }: TaskDraft): StepSpec[] {
  const { graph } = createdOf(state);
  const merge = graph.steps.find(({ purpose }) => purpose === 'merge');
  if (!state.merged || !merge) return graph.steps;
  const left = downstream(graph, merge.id);
  return graph.steps.filter(({ id }) => left.includes(id));
}

/** Why the step does no work, though it is its turn; null: it does. */
function reasonToSkip({ state }: TaskDraft, step: StepSpec): string | null {
  if (step.when !== undefined && !conditionHolds(state, step.id, step.when))
    return `It works only when ${step.when}`;
  if (step.purpose === 'publish' && worksOf(state, step.id).length === 0)
    return 'Nothing was changed.';
  return step.purpose === 'merge' && !state.pull ? 'Nothing was published.' : null;
}

/** The graph goes on without what the step would have done. */
export function skip(task: TaskDraft, step: string, reason: string): void {
  const { round } = task.state;
  task.add({ type: 'step.skipped', v: 1, data: { step, round, reason } });
}

/** Begins the oldest admitted rework, in place of the merge or the acceptance that waits; false where there is none. */
export function openNextRound(task: TaskDraft): boolean {
  const { question } = task.state;
  // A question is for people to answer: what no person asked for waits until one has.
  const rework = task.state.waitingReworks.find(
    ({ admitted, by }) => admitted && (question === null || by !== null),
  );
  const head = task.state.pull?.head;
  const { graph } = createdOf(task.state);
  const left = task.state.runs.filter(run => !isOver(run));
  const waits = left.every(run => ['merge', 'accept'].includes(purposeOf(task.state, run)));
  if (!rework || !head || !graph.reworkFrom || !waits || task.state.merged) return false;
  const round = task.state.round + 1;
  for (const run of left) cancel(task, run, `Round ${round} begins.`);
  const unanswered = currentRework(task.state);
  if (question && unanswered) {
    const reason = `${question.text} Round ${round} begins, which was asked for before anybody answered.`;
    task.add({ type: 'rework.declined', v: 1, data: { id: unanswered.id, reason } });
  }
  const parent = rework.merges?.sha ?? head;
  task.add({ type: 'round.opened', v: 1, data: { round, rework: rework.id, parent } });
  advance(task);
  return true;
}

export const executorOf = (step: StepSpec): Executor =>
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

export function queue(
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
export function finishRun(task: TaskDraft, data: DataOf<'run.finished'>): void {
  voidAsked(task, data.run, 'Its run is over.');
  task.add({ type: 'run.finished', v: 1, data });
}

/** The merge has to wait: policy is asked again later, and as soon as GitHub reports a change. */
export function block(
  task: TaskDraft,
  run: string,
  { obstacle, reason, waitsFor, checksUntil, lookAt }: Blocked,
  { now, jitter }: { now: string; jitter: number },
): void {
  const wait = backoffMs(task.state.blocks + 1, jitter, MERGE);
  const { signaledInMerge, turnedGreen } = task.state;
  // It ended while policy was asked, and nothing more is told of it.
  const hasEnded = waitsFor.some(name => turnedGreen.some(green => isSameCheck(green, name)));
  const outdated =
    signaledInMerge || hasEnded || (obstacle === 'dequeued' && mayEnterAgain(task.state));
  const again = outdated ? now : later(now, wait);
  // At the end of the wait for checks a person is asked.
  const ends = [checksUntil, lookAt].filter(time => time !== null && now < time);
  const [retryAt = again] = [again, ...ends].filter(time => time !== null).sort();
  const data = { run, obstacle, reason, retryAt, checksUntil, waitsFor };
  task.add({ type: 'merge.blocked', v: 4, data });
}

/** Gives a run up while its task goes on. */
export function cancel(task: TaskDraft, run: Run, reason: string): void {
  voidOfRun(task, run.id, reason);
  finishRun(task, { run: run.id, outcome: 'canceled', class: null, reason });
}

/** Ends the task; runs that are not over are canceled first. Requests that are open say that it is over. */
export function finish(
  task: TaskDraft,
  outcome: 'success' | 'failure' | 'canceled' | 'refused',
  reason: string,
): void {
  for (const run of task.state.runs)
    if (!isOver(run)) {
      const reason = `The task ended: ${outcome}.`;
      finishRun(task, { run: run.id, outcome: 'canceled', class: null, reason });
    }
  task.add({ type: 'task.finished', v: 1, data: { outcome, reason } });
}

export const stepOf = (task: TaskDraft, run: Run): StepSpec =>
  stepNamed(createdOf(task.state).graph, run.step);
