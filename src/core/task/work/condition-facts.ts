/** What the conditions of a step are judged by: what its task has been told so far. */
import { parseCondition } from '../../condition/condition.ts';
import { type FieldValue, holds } from '../../condition/holds.ts';
import type { Touched } from '../../condition/touched.ts';
import { createdOf, type Run, type TaskState } from '../state/state.ts';
import { stepStateOf, worksOf } from './step-state.ts';

/** Whether the condition of this step holds; one that can't be read was refused with its graph. */
export function conditionHolds(state: TaskState, step: string, text: string): boolean {
  const { labels } = createdOf(state);
  const parsed = parseCondition(text);
  if (!parsed.ok) return false;
  const on = worksOf(state, step);
  return holds(parsed.condition, {
    labels,
    touched: touchedIn(state.runs.filter(({ id }) => on.includes(id))),
    field: (of, field) => fieldOf(state, of, field),
  });
}

/** What several runs have touched together. */
function touchedIn(runs: readonly Run[]): Record<string, Touched> {
  const [first = {}, ...others] = runs.map(({ produced }) => produced?.touched ?? {});
  return others.reduce(
    (before, more) =>
      Object.fromEntries(
        Object.entries(before).map(([path, touched]) => [
          path,
          more[path] === touched ? touched : 'some',
        ]),
      ),
    first,
  );
}

/** Every step has an outcome; all else is what its last run has handed over. */
function fieldOf(state: TaskState, of: string, field: string): FieldValue | null {
  const step = stepStateOf(state, of);
  const run = state.runs
    .slice(step.triesFrom)
    .findLast(other => other.step === of && other.round === step.round && other.purpose === 'step');
  if (field !== 'outcome') return run?.produced?.handover?.fields[field] ?? null;
  if (step.status === 'done') return 'success';
  if (step.status === 'failed' || run?.state === 'failure') return 'failure';
  return step.status === 'skipped' ? 'skipped' : null;
}
