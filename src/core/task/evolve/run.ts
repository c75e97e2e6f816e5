/** State of a run that begins. */
import { NO_USAGE } from '../../agent-event.ts';
import type { FailureClass } from '../events/run.ts';
import type { RunBudget } from '../state/run-budget.ts';
import type { DataOf, Run, TaskState } from '../state/state.ts';
import { basisOn, stepStateOf } from '../work/step-state.ts';

/** What ends a run whatever it does: the next one of its step goes on from where it last waited. */
const INTERRUPTED = new Set<FailureClass | null>([
  'lost',
  'transport',
  'rate_limit',
  'sandbox',
  'auth',
]);

/** A run that just came into the queue. */
export function queuedRun(state: TaskState, data: DataOf<'run.queued'>, at: string): Run {
  const { runs } = state;
  const { step, round, purpose } = data;
  const before = runs.findLast(
    run => run.step === step && run.round === round && run.purpose === purpose,
  );
  const raises = before ? (before.budget.reached ?? notRaised(before)) : null;
  const kept = before && (raises || INTERRUPTED.has(before.class)) ? before : null;
  return {
    id: data.run,
    step: data.step,
    round: data.round,
    attempt: data.attempt,
    executor: data.executor,
    purpose: data.purpose,
    basis: basisOn(state, stepStateOf(state, step).works),
    state: 'queued',
    adapter: null,
    choice: null,
    unplaced: null,
    queuedAt: at,
    startedAt: null,
    finishedAt: null,
    produced: null,
    session: null,
    usage: NO_USAGE,
    budget: { of: (raises && before?.budget.of) ?? data.run, spent: null, reached: null, raises },
    checkpoint: kept?.checkpoint ?? null,
    waits: kept?.waits ?? 0,
    denials: kept?.denials ?? [],
    class: null,
    reason: '',
  };
}

/** A cap that was not raised, so that the run never started. */
const notRaised = ({ startedAt, budget }: Run): RunBudget['raises'] =>
  startedAt === null ? budget.raises : null;
