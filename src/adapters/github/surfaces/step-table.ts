/** The steps of a task as a table: where each stands, who does it, how long it took. */
import type { TaskView } from '../../../core/view.ts';
import { duration, stateLabel } from './formats.ts';
import { inert, inertCode } from './inert.ts';

export function stepTable(view: TaskView): string {
  const rows = view.steps.map(({ id, status, run }) => {
    const state = status === 'waiting' || !run ? 'waiting' : run.state;
    const who = run && state !== 'waiting' ? inertCode(run.agent, 40) : '';
    const detail = run && state !== 'waiting' && run.detail ? inert(run.detail, 160) : '';
    return `| ${inertCode(id, 40)} | ${stateLabel(state)} | ${who} | ${duration(run?.ms ?? null)} | ${detail} |`;
  });
  return ['| step | state | by | took | |', '| --- | --- | --- | --- | --- |', ...rows].join('\n');
}
