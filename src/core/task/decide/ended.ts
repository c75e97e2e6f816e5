/** A run has ended: the step goes on, is tried again, sends the work back, or has failed for good. */
import { downstream, type Loop, type StepSpec } from '../../graph/graph.ts';
import { backoffMs, later, RUN } from '../../retry.ts';
import { withStop } from '../../text/with-stop.ts';
import type { FailureClass } from '../events/run.ts';
import {
  createdOf,
  currentRework,
  isOver,
  type Run,
  runOf,
  type TaskState,
} from '../state/state.ts';
import { conditionHolds } from '../work/condition-facts.ts';
import { hasOthers, mayHelpElsewhere, triesOf } from '../work/fallback.ts';
import { stepStateOf, workAt } from '../work/step-state.ts';
import {
  advance,
  cancel,
  end,
  executorOf,
  finish,
  finishRun,
  openNextRound,
  queue,
  skip,
  stepOf,
} from './advance.ts';
import type { RunFailure } from './command.ts';
import type { TaskDraft } from './draft.ts';

type Drawn = { now: string; jitter: number };
/** `found`: what the agent found, a line each; left out where its summary says it. */
type Ended = Drawn & { found?: readonly string[] | undefined };

/** Ends a run as a success, and goes on. */
export function succeed(task: TaskDraft, id: string, reason: string, drawn: Ended): void {
  const run = runOf(task.state, id);
  const step = stepOf(task, run);
  const loop = run.purpose === 'step' ? loopOf(step) : null;
  const sendsBack = loop?.when && conditionHolds(task.state, step.id, loop.when) ? loop : null;
  if (sendsBack && !mayGoBack(task, step, sendsBack)) {
    const told = inVain(sendsBack, drawn.found ?? [], reason);
    return fail(task, id, { class: 'loop', reason: told, retryable: false }, drawn);
  }
  end(task, id, reason);
  if (sendsBack) return goBack(task, run, sendsBack);
  if (run.purpose !== 'step') queue(task, step, { purpose: 'step', executor: executorOf(step) });
  // Other steps may stand on the same work, once it is joined.
  if (run.purpose !== 'remedy') advance(task);
}

/** Ends a run as failed, and decides what follows: the same again, a remedy, or the step's end. */
export function fail(task: TaskDraft, id: string, failure: RunFailure, drawn: Drawn): void {
  finishRun(task, { run: id, outcome: 'failure', class: failure.class, reason: failure.reason });
  const run = runOf(task.state, id);
  const step = stepOf(task, run);
  const tried = triesOf(task.state, run).filter(
    ({ state, class: failed }) => state === 'failure' && failed !== 'red',
  ).length;
  // The next run goes on with what this one did, once its cap is raised. A dry run asks nobody.
  const isOfHook = step.kind !== 'builtin' && step.ofHook === true;
  if (run.budget.reached && createdOf(task.state).mode === 'live' && !isOfHook)
    return queue(task, step, { purpose: run.purpose, executor: run.executor });
  // The next of the chain need not wait until the last one can work again.
  if (mayHelpElsewhere(failure.class) && hasOthers(run))
    return queue(task, step, { purpose: run.purpose, executor: run.executor });
  if (failure.retryable && tried < (step.attempts ?? RUN.limit))
    return tryAgain(task, run, tried, drawn);
  // Nothing waits for it: neither people are asked, nor does a denial end the round.
  if (isOfHook) return passOver(task, step, failure.reason);
  if (mayHelpElsewhere(failure.class) && run.choice && createdOf(task.state).mode === 'live')
    return askPeople(task, run, `No agent could do the step ${run.step}.`);
  if (failure.class === 'red' && run.purpose === 'step' && repair(task, run, step)) return;
  if (run.purpose === 'join' && failure.class !== 'policy') return settle(task, run, failure);
  failFor(task, run, failure, drawn);
}

/** Joins of the same work that agents may try before people are asked. */
const JOINS_BY_AGENTS = 2;

/** Work that can't be joined is an agent's to settle, and after that people's. */
function settle(task: TaskDraft, run: Run, { merger, reason }: RunFailure): void {
  const tries = triesOf(task.state, run).filter(({ executor }) => executor.kind === 'agent');
  const role = run.executor.kind === 'agent' ? run.executor.role : merger;
  const step = stepOf(task, run);
  if (role !== undefined && tries.length < JOINS_BY_AGENTS)
    queue(task, step, { purpose: 'join', executor: { kind: 'agent', role } });
  else if (createdOf(task.state).mode === 'live')
    askPeople(task, run, `What the step ${run.step} stands on could not be joined.`);
  else endRound(task, `${run.step}: ${reason}`);
}

/** No remedy is left: what the step declares for its failure is done. */
function failFor(task: TaskDraft, run: Run, failure: RunFailure, drawn: Drawn): void {
  const step = stepOf(task, run);
  const { reason } = failure;
  const tries = triesOf(task.state, run).length;
  switch (step.onFailure ?? 'fail') {
    case 'retry':
      if (tries < (step.attempts ?? RUN.limit) && !FOR_GOOD.has(failure.class))
        return tryAgain(task, run, tries, drawn);
      return endRound(task, `${run.step}: ${reason}`);
    case 'ask_human':
      if (createdOf(task.state).mode !== 'live') return endRound(task, `${run.step}: ${reason}`);
      return askPeople(task, run, `The step ${run.step} failed.`);
    case 'continue':
      // A graph can't pass over what policy denies, such as a review that only certain agents may do.
      if (failure.class === 'policy' && step.kind !== 'builtin')
        return endRound(task, `${run.step}: ${reason}`);
      return passOver(task, step, reason);
    case 'fail':
      return endRound(task, `${run.step}: ${reason}`);
  }
}

function passOver(task: TaskDraft, step: StepSpec, reason: string): void {
  skip(task, step.id, `It failed, and the graph goes on: ${reason}`);
  advance(task);
}

/** Another try would be answered as the last one was. */
const FOR_GOOD: ReadonlySet<FailureClass> = new Set<FailureClass>(['policy', 'refused', 'loop']);

function tryAgain(task: TaskDraft, run: Run, tried: number, { now, jitter }: Drawn): void {
  const step = stepOf(task, run);
  const baseMs = step.backoffSeconds === undefined ? RUN.baseMs : step.backoffSeconds * 1_000;
  const capMs = Math.max(baseMs, RUN.capMs);
  const notBefore = later(now, backoffMs(Math.max(1, tried), jitter, { baseMs, capMs }));
  queue(task, step, { purpose: run.purpose, executor: run.executor, notBefore });
}

/** Whether somebody works for a red step: its remedy, or the step to which it sends the work back. */
function repair(task: TaskDraft, run: Run, step: StepSpec): boolean {
  const remedy = step.kind === 'command' ? step.remedy : null;
  const remedies = triesOf(task.state, { ...run, purpose: 'remedy' }).filter(
    ({ state }) => state === 'success',
  ).length;
  if (remedy && remedies < remedy.bound) {
    const executor = { kind: 'agent' as const, role: remedy.role };
    queue(task, step, { purpose: 'remedy', executor });
    return true;
  }
  const loop = loopOf(step);
  if (!loop || loop.when !== null || !mayGoBack(task, step, loop)) return false;
  goBack(task, run, loop);
  return true;
}

const loopOf = (step: StepSpec): Loop | null => ('loop' in step && step.loop) || null;

const mayGoBack = (task: TaskDraft, { id }: StepSpec, { atMost }: Loop): boolean =>
  stepStateOf(task.state, id).loops < atMost;

/** People decide by what was found, and not by the condition, which is the graph's. */
function inVain({ when, atMost, backTo }: Loop, found: readonly string[], summary: string): string {
  const sent = `It has sent the work back to ${backTo} ${atMost === 1 ? 'once' : `${atMost} times`}, and still`;
  return found.length > 0
    ? [`${sent} finds:`, ...found.map(line => `- ${line}`)].join('\n')
    : [`${sent}: ${when}.`, summary].filter(text => text !== '').join(' ');
}

function goBack(task: TaskDraft, run: Run, loop: Loop): void {
  sendBack(task, run, loop);
  advance(task);
}

/**
 * Another try of a step that has sent the work back as often as it may goes back once more: the step
 * itself would find the same again.
 */
export function sendBackAgain(task: TaskDraft): void {
  for (const step of createdOf(task.state).graph.steps) {
    const loop = loopOf(step);
    if (!loop || stepStateOf(task.state, step.id).status !== 'failed') continue;
    const run = task.state.runs.findLast(other => other.step === step.id);
    const isSpent = run?.class === 'loop' || (run?.class === 'red' && loop.when === null);
    if (run && isSpent) sendBack(task, run, loop);
  }
}

/** All that stands on the earlier step is done anew; what of it is under way is stopped. */
function sendBack(task: TaskDraft, run: Run, { backTo }: Loop): void {
  const again = downstream(createdOf(task.state).graph, backTo);
  for (const other of task.state.runs)
    if (!isOver(other) && again.includes(other.step))
      cancel(task, other, `${run.step} sends the work back to ${backTo}.`);
  const data = { step: run.step, to: backTo, run: run.id };
  task.add({ type: 'step.sent_back', v: 1, data });
}

/** Such as `codex with gpt-5.5`; empty where nobody worked. */
const agentInWords = (adapter: string | null, model: string | null): string =>
  [adapter, model].filter(Boolean).join(' with ');

/** Why the step could not be done takes a person to settle. */
function askPeople(task: TaskDraft, run: Run, what: string): void {
  const tries = triesOf(task.state, run)
    .filter(({ state }) => state === 'failure')
    .map(({ choice, adapter, reason }) => {
      const by = agentInWords(choice?.adapter ?? adapter, choice?.model ?? null);
      return `${by && `${by}: `}${withStop(reason)}`;
    });
  const said = [what, ...new Set(tries)].join(' ');
  const blocks = run.class === 'loop' && stepOf(task, run).purpose === 'review';
  const parts = [said, blocks ? GOES_PAST : '', whereItIs(task.state, run)];
  const question = parts.filter(text => text !== '').join('\n\n');
  task.add({ type: 'task.asked', v: 1, data: { run: run.id, question } });
}

/** Beside another try and the end, which every question names. */
const GOES_PAST =
  '`/agent override`, with why, publishes the change as it is; its merge then takes a person who approves it.';

/** Work that people are to judge is nowhere on GitHub where it was not pushed. */
function whereItIs(state: TaskState, run: Run): string {
  const work = workAt(state, run.step);
  const judged = run.class === 'loop' || run.class === 'red';
  return judged && work && work.tree !== state.pushed?.tree
    ? 'The change is not published: the console shows it, and `gatehouse artifacts TASK --to FOLDER` writes it.'
    : '';
}

/** The first round's failure is the task's; a later one leaves the pull request as it was. */
function endRound(task: TaskDraft, reason: string): void {
  const rework = currentRework(task.state);
  const { graph } = createdOf(task.state);
  const merge = graph.steps.find(step => step.purpose === 'merge');
  const failed = task.state.runs.findLast(run => run.state === 'failure');
  // What nobody accepted is not merged because the work on it failed.
  const unaccepted = rework?.origin === 'acceptance';
  if (!rework || unaccepted || !merge || failed?.step === merge.id || task.state.merged)
    return finish(task, 'failure', reason);
  for (const run of task.state.runs)
    if (!isOver(run)) cancel(task, run, `Round ${task.state.round} failed.`);
  task.add({ type: 'rework.declined', v: 1, data: { id: rework.id, reason } });
  if (openNextRound(task)) return;
  // The head is the one of before, which is looked at again where it has to be accepted.
  const accepts = graph.steps.filter(
    ({ id, purpose }) => purpose === 'accept' && merge.needs.includes(id),
  );
  for (const step of accepts.length > 0 ? accepts : [merge])
    queue(task, step, { purpose: 'step', executor: executorOf(step) });
}
