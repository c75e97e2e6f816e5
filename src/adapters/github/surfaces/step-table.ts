/** The steps of a task as a table: where each stands, who does it, how long it took. */
import type { TaskView } from '../../../core/view.ts';
import { duration, stateLabel } from './formats.ts';
import { inert, inertCode } from './inert.ts';
import { table } from './table.ts';

const SKIPPED = '– skipped';
const WAITING = '·';

/** How a step stands, in a sign and a word. */
export function stepLabel({ status, run }: TaskView['steps'][number]): string {
  if (status === 'skipped' && run?.state !== 'failure') return SKIPPED;
  return status === 'waiting' || !run ? WAITING : stateLabel(run);
}

export function stepTable(view: TaskView): string {
  const rows = view.steps.map(step => {
    const { id, run } = step;
    const state = stepLabel(step);
    if (state === SKIPPED || state === WAITING || !run)
      return [inertCode(id, 40), state, '', '', ''];
    const detail = run.detail ? inert(run.detail, 160) : '';
    return [inertCode(id, 40), state, inertCode(run.agent, 40), duration(run.ms), detail];
  });
  return table(['step', 'state', 'by', 'took', ''], rows);
}
