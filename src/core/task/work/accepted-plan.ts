/** The plan that people accepted, or policy where nobody has to: another task may go on from it. */
import type { Graph, StepSpec } from '../../graph/graph.ts';
import { leftOut } from '../../graph/graphs.ts';
import type { AcceptedPlan } from '../events/plan-before.ts';
import { createdOf, type TaskState } from '../state/state.ts';

/** `by`: who asks for the work. Nobody goes on from a plan that they alone have accepted. */
export function acceptedPlan(
  task: string,
  state: TaskState,
  by: { id: number },
): AcceptedPlan | null {
  const { graph, command } = createdOf(state);
  if (command !== 'plan' || state.status !== 'success') return null;
  const step = graph.steps.find(({ purpose }) => purpose === 'clarify');
  const clarified = state.runs.findLast(run => run.step === step?.id && run.state === 'success');
  const of = step?.kind === 'builtin' ? step.of : undefined;
  const planned = state.runs.findLast(run => run.step === of && run.state === 'success');
  const handover = planned?.produced?.handover;
  if (!clarified || !handover || planned.executor.kind !== 'agent') return null;
  const asked = state.approvals.filter(
    ({ action, status }) => action === 'plan.accept' && status === 'used',
  );
  const accepted = asked.at(-1)?.by ?? [];
  if (asked.length > 0 && accepted.every(({ id }) => id === by.id)) return null;
  const { role } = planned.executor;
  return { task, step: planned.step, role, schema: handover.schema, digest: handover.digest };
}

/** Null: the graph is not one that begins with such a plan, or its conditions look at the planning. */
export function withoutPlanning(graph: Graph): Graph | null {
  const clarify = graph.steps.find(({ purpose }) => purpose === 'clarify');
  if (clarify?.kind !== 'builtin' || clarify.of === undefined) return null;
  const { of } = clarify;
  const isPlanning = (step: StepSpec) =>
    step.id === of || (step.kind === 'builtin' && step.of === of);
  const steps = leftOut(graph.steps, isPlanning);
  const looks = steps.some(step =>
    [step.when, 'loop' in step ? step.loop?.when : null].some(when =>
      when?.includes(`steps.${of}.`),
    ),
  );
  return looks || steps.length === 0 ? null : { ...graph, steps };
}
