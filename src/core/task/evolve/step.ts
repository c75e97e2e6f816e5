/** State after a step was queued, skipped or sent back, or after another round has begun. */
import { downstream } from '../../graph/graph.ts';
import type { StepEvent } from '../events/step-events.ts';
import { createdOf, type DataOf, type TaskState } from '../state/state.ts';
import { type StepState, waitingStep } from '../state/step.ts';
import { stepStateOf, worksOf } from '../work/step-state.ts';

export const withStep = (state: TaskState, id: string, fields: Partial<StepState>): TaskState => ({
  ...state,
  steps: { ...state.steps, [id]: { ...stepStateOf(state, id), ...fields } },
});

export function evolveStep(state: TaskState, event: StepEvent): TaskState {
  switch (event.type) {
    case 'step.skipped':
      return stepSkipped(state, event.data);
    case 'step.overridden':
      return stepOverridden(state, event.data);
    case 'step.sent_back':
      return stepSentBack(state, event.data);
  }
}

const stepSkipped = (state: TaskState, { step }: DataOf<'step.skipped'>): TaskState =>
  withStep(state, step, { status: 'skipped', works: worksOf(state, step) });

/** What it found stands; nobody is asked about it any more. */
const stepOverridden = (state: TaskState, data: DataOf<'step.overridden'>): TaskState => ({
  ...withStep(state, data.step, { status: 'skipped', works: worksOf(state, data.step) }),
  question: null,
  overrides: [...state.overrides, data],
});

/** The earlier step goes on from the work that was found wanting. */
function stepSentBack(state: TaskState, { step, to, run }: DataOf<'step.sent_back'>): TaskState {
  const { round, runs } = state;
  const again = downstream(createdOf(state).graph, to).map(id => {
    const { loops } = stepStateOf(state, id);
    const next = { ...waitingStep(round), loops, triesFrom: runs.length };
    return [id, next] as const;
  });
  const { works, loops } = stepStateOf(state, step);
  const next = { ...state, steps: { ...state.steps, ...Object.fromEntries(again) } };
  return withStep(withStep(next, step, { loops: loops + 1 }), to, { works, sentBackBy: run });
}

export function roundOpened(state: TaskState, data: DataOf<'round.opened'>): TaskState {
  const rework = state.waitingReworks.find(waiting => waiting.id === data.rework);
  const graph = state.created?.graph;
  if (!rework || !graph?.reworkFrom)
    throw new Error(`round.opened: no rework "${data.rework}" waits`);
  // What was done before stands in the commit that the round begins with.
  const kept = Object.entries(state.steps).map(([id, step]) => [id, { ...step, works: [] }]);
  const again = downstream(graph, graph.reworkFrom).map(id => [id, waitingStep(data.round)]);
  return {
    ...state,
    round: data.round,
    reworks: [...state.reworks, rework],
    waitingReworks: state.waitingReworks.filter(waiting => waiting.id !== data.rework),
    parent: data.parent,
    mergesInto: rework.merges && (state.pull?.head ?? null),
    question: null,
    steps: { ...Object.fromEntries(kept), ...Object.fromEntries(again) },
  };
}
