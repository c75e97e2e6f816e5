/** `gatehouse status`: the tasks there are, or one in full. */
import type { TaskView } from '../core/view.ts';
import { listTasks, showTask } from '../engine/queries.ts';
import type { House } from './house.ts';
import { type Output, print, table } from './output.ts';

export async function status(
  house: House,
  output: Output,
  task: string | null,
  options: { json: boolean; all: boolean },
): Promise<void> {
  const opened = await house.openLog();
  try {
    if (task !== null) {
      const view = await showTask(opened, task);
      if (!view)
        throw new Error(`there is no task "${task}": \`gatehouse status --all\` lists them`);
      return print(output, options.json, view, describe(view));
    }
    const rows = await listTasks(opened, options.all ? {} : { open: true });
    const cells = rows.map(row => [
      row.id,
      row.repository,
      row.issue === null ? '' : `#${row.issue}`,
      row.status,
      row.title.slice(0, 50),
    ]);
    print(output, options.json, rows, [
      ...(rows.length > 0
        ? table([['TASK', 'REPOSITORY', 'ISSUE', 'STATUS', 'TITLE'], ...cells])
        : []),
      ...(rows.length === 0
        ? [options.all ? 'There are no tasks.' : 'There are no open tasks.']
        : []),
    ]);
  } finally {
    await opened.close();
  }
}

function describe(view: TaskView): string[] {
  const runs = view.runs.map(run => [
    run.run,
    run.agent,
    run.state,
    run.ms === null ? '' : `${run.ms} ms`,
    run.detail.split('\n')[0]?.slice(0, 60) ?? '',
  ]);
  return [
    `${view.id}: ${view.title}`,
    `${view.repository.owner}/${view.repository.name} #${view.issue}, ${view.status}${view.reason ? `: ${view.reason}` : ''}`,
    ...(view.pull ? [`pull request #${view.pull.number} at ${view.pull.head.slice(0, 7)}`] : []),
    ...view.taint.map(taint => `tainted by ${taint.source}: ${taint.reason}`),
    '',
    ...table([['RUN', 'AGENT', 'STATE', 'TIME', 'DETAIL'], ...runs]),
    '',
    `${view.audit.events} events, head ${view.audit.head}`,
  ];
}
