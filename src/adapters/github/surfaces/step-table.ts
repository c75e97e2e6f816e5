/** The steps of a task as a table: where each stands, who does it, how long it took. */
import type { TaskView } from '../../../core/view.ts';
import { duration, stateLabel } from './formats.ts';
import { inert, inertCode } from './inert.ts';
import { table } from './table.ts';

export function stepTable(view: TaskView): string {
  const rows = view.steps.map(({ id, status, run }) => {
    if (status === 'skipped' && run?.state !== 'failure')
      return [inertCode(id, 40), '– skipped', '', '', ''];
    if (status === 'waiting' || !run) return [inertCode(id, 40), '·', '', '', ''];
    const detail = run.detail ? inert(run.detail, 160) : '';
    return [inertCode(id, 40), stateLabel(run), inertCode(run.agent, 40), duration(run.ms), detail];
  });
  return table(['step', 'state', 'by', 'took', ''], rows);
}
