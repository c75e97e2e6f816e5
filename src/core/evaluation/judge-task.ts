/** What the end of a task says of whoever worked on it: whether its work can be graded, and why not. */
import { capInWords, type ScopeKind } from '../budget.ts';
import type { FailureClass } from '../task/events/run.ts';
import { createdOf, type Run, type TaskState } from '../task/state/state.ts';
import type { TrialOutcome } from './result.ts';

/** What no agent can help: another try on another day may go well. */
const NOT_ITS_OWN: ReadonlySet<FailureClass | null> = new Set<FailureClass | null>([
  'auth',
  'rate_limit',
  'transport',
  'install',
  'sandbox',
  'lost',
  'internal',
]);

/** Caps that others have used up as well. */
const SHARED: ReadonlySet<ScopeKind> = new Set<ScopeKind>(['repository', 'day']);

/** Why a task was stopped before its end: people would be asked, or nobody wants it any more. */
export type StoppedEarly = { because: 'person' | 'stop'; reason: string };

type TaskJudgement = { outcome: TrialOutcome; reason: string };

export function judgeTask(state: TaskState, stopped: StoppedEarly | null): TaskJudgement {
  const failed = state.runs.findLast(
    (run, at) => run.state === 'failure' && !isMadeGood(run, state.runs.slice(at + 1)),
  );
  if (stopped?.because === 'stop') return { outcome: 'error', reason: stopped.reason };
  if (stopped) return judgeWait(state, failed, stopped.reason);
  switch (state.status) {
    case 'success':
      return { outcome: 'passed', reason: '' };
    case 'refused':
      return { outcome: 'error', reason: `It was refused: ${state.reason}` };
    default:
      return {
        outcome: failed && isNotItsOwn(state, failed) ? 'error' : 'failed',
        reason: state.reason,
      };
  }
}

/** A later run of its step did what it was for. */
const isMadeGood = ({ step, purpose }: Run, later: readonly Run[]): boolean =>
  later.some(
    run =>
      run.state === 'success' &&
      run.step === step &&
      (run.purpose === 'step' || run.purpose === purpose),
  );

function isNotItsOwn(state: TaskState, run: Run): boolean {
  // Whether a host was reached is read from what is printed: only an install runs nothing of the agent's.
  if (run.class === 'no_network')
    return createdOf(state).graph.steps.some(
      ({ id, purpose }) => id === run.step && purpose === 'install',
    );
  return NOT_ITS_OWN.has(run.class);
}

function judgeWait(state: TaskState, failed: Run | undefined, reason: string): TaskJudgement {
  const raises = state.runs.findLast(run => run.budget.raises !== null)?.budget.raises;
  if (raises && SHARED.has(raises.scope))
    return { outcome: 'error', reason: `It reached ${capInWords(raises)}.` };
  const nobody = state.runs.some(run => run.unplaced !== null);
  const outcome = nobody || (failed && isNotItsOwn(state, failed)) ? 'error' : 'failed';
  return { outcome, reason: `It would have waited for a person: ${reason}` };
}

/** Who worked, by role: the adapter, with the model where it calls one. */
export function agentsIn({ runs }: Pick<TaskState, 'runs'>): Record<string, string[]> {
  const agents = new Map<string, Set<string>>();
  for (const { executor, choice } of runs) {
    if (executor.kind !== 'agent' || !choice) continue;
    const known = agents.get(executor.role) ?? new Set();
    agents.set(executor.role, known.add([choice.adapter, choice.model].filter(Boolean).join('/')));
  }
  return Object.fromEntries([...agents].map(([role, names]) => [role, [...names]]));
}

/** The step whose work is graded: the last one. */
export function lastStep(state: TaskState): string {
  const step = createdOf(state).graph.steps.at(-1);
  if (!step) throw new Error('the graph has no step');
  return step.id;
}
