/** What the step handed over that a step of Gatehouse's own is about. */
import { stepNamed } from '../../graph/graph.ts';
import type { Handover } from '../../handover/handover.ts';
import { createdOf, type Run, type TaskState } from '../state/state.ts';

/** The run that handed it over: the last that did, also where its step did not come to what it is for; throws where none did, which no graph allows. */
function handingRun(state: TaskState, { step: id }: Pick<Run, 'step'>): Run {
  const step = stepNamed(createdOf(state).graph, id);
  const of = step.kind === 'builtin' ? step.of : undefined;
  const run = state.runs.findLast(other => other.step === of && other.produced?.handover);
  if (!run) throw new Error(`nothing was handed over to the step "${id}"`);
  return run;
}

export function handedOver(state: TaskState, run: Pick<Run, 'step'>): Handover {
  const handover = handingRun(state, run).produced?.handover;
  if (!handover) throw new Error(`nothing was handed over to the step "${run.step}"`);
  return handover;
}
