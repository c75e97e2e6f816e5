/** `gatehouse status`: the tasks there are, or one in full. */

import { plain } from '../core/text/plain-text.ts';
import type { UnansweredDelivery } from '../engine/ports/deliveries.ts';
import type { WorkerReport } from '../engine/ports/workers.ts';
import { listBacklogs, showBacklog } from '../engine/queries/backlogs.ts';
import { listTasks, showTask } from '../engine/queries/queries.ts';
import { FROM_LOG } from '../engine/reconcile/intervals.ts';
import { shortages } from '../engine/shortage.ts';
import { backlogTable, describeBacklog } from './describe-backlog.ts';
import { describeTask } from './describe-task.ts';
import { type Output, print, table } from './output.ts';
import type { OpenedLog, Services } from './services.ts';
import { noTask, taskId } from './task-id.ts';
import { taskTable } from './task-table.ts';

const BACKLOG = 'backlog/';

/** More than anybody reads. */
const MOST = 1_000;
const CUT = `There are more: these are the newest ${MOST}. \`gatehouse list --limit\` lists up to 10,000.`;

export async function status(
  services: Services,
  output: Output,
  task: string | null,
  options: { json: boolean; all: boolean },
): Promise<void> {
  const opened = await services.openLog();
  try {
    if (task?.startsWith(BACKLOG)) {
      const id = task.slice(BACKLOG.length);
      const backlog = await showBacklog(opened.log, id);
      if (!backlog) throw new Error(`there is no backlog "${plain(id)}"`);
      return print(output, options.json, backlog, describeBacklog(backlog));
    }
    if (task !== null) {
      const view = await showTask(opened, await taskId(opened, task));
      if (!view) throw noTask(task);
      return print(output, options.json, view, describeTask(view));
    }
    const open = options.all ? {} : { open: true };
    const found = await listTasks(opened, { limit: MOST + 1, ...open });
    const rows = found.slice(0, MOST);
    const isCut = found.length > MOST;
    const none = options.all ? 'There are no tasks.' : 'There are no open tasks.';
    const unanswered = await opened.deliveries.failed(LATEST);
    const short = await shortOf(opened);
    const workers = await opened.workers.alive();
    const backlogs = await listBacklogs(opened.log, options);
    const listed = { tasks: rows, isCut, backlogs, unanswered, shortages: short, workers };
    print(output, options.json, listed, [
      ...(backlogs.length > 0 ? [...backlogTable(backlogs), ''] : []),
      ...(rows.length > 0 ? taskTable(rows) : [none]),
      ...(isCut ? [CUT] : []),
      ...toldOf(unanswered),
      ...workersOf(workers),
      ...(short.length > 0 ? ['', ...short] : []),
      ...(services.deliveries() === 'log' ? ['', sentence(FROM_LOG)] : []),
    ]);
  } finally {
    await opened.close();
  }
}

/** Where a process offers something, or there are several, they are listed. */
function workersOf(workers: WorkerReport[]): string[] {
  if (workers.length < 2 && workers.every(({ labels }) => labels.length === 0)) return [];
  const cells = workers.map(({ name, labels, agents }) => [
    plain(name, 60),
    labels.join(', ') || '–',
    agents.map(({ adapter, version }) => plain(`${adapter} ${version}`, 40)).join(', '),
  ]);
  return ['', ...table([['WORKER', 'LABELS', 'AGENTS'], ...cells])];
}

/** As many as fit below the tasks. */
const LATEST = 5;

/** What GitHub would not let us answer: nobody was told but the operator. */
function toldOf(deliveries: UnansweredDelivery[]): string[] {
  if (deliveries.length === 0) return [];
  const cells = deliveries.map(({ receivedAt, event, note }) => [
    `${receivedAt.slice(0, 16).replace('T', ' ')}Z`,
    plain(event, 40),
    plain(note, 200),
  ]);
  return ['', 'The last deliveries that could not be followed or answered:', ...table(cells)];
}

/** What waits for GitHub's limits, a sentence each. */
async function shortOf({ requestBudget }: Pick<OpenedLog, 'requestBudget'>): Promise<string[]> {
  const now = new Date();
  const lines = (await requestBudget.all()).flatMap(({ installation, resource, ...standing }) =>
    shortages(resource, standing, now).map(line => `Installation ${installation}: ${line}`),
  );
  return [...new Set(lines)];
}

const sentence = (text: string) => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
