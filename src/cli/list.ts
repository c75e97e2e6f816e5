/** `gatehouse list`: tasks and backlogs by repository, by what they come from, and by whether they are open. */
import { listBacklogs } from '../engine/queries/backlogs.ts';
import { listTasks } from '../engine/queries/queries.ts';
import { backlogTable } from './describe-backlog.ts';
import { type Output, print } from './output.ts';
import type { Services } from './services.ts';
import { taskTable } from './task-table.ts';

const NONE = 'There are no such tasks.';
const NONE_OPEN = 'No such task is open; --all lists the ended ones as well.';

export async function list(
  services: Pick<Services, 'openLog'>,
  output: Output,
  options: { json: boolean; all: boolean; repository?: string; origin?: string; limit: number },
): Promise<void> {
  const { repository, origin, limit } = options;
  const opened = await services.openLog();
  try {
    const of = repository === undefined ? {} : { repository };
    const query = {
      limit: limit + 1,
      ...(options.all ? {} : { open: true }),
      ...(origin === undefined ? {} : { origin }),
      ...of,
    };
    const found = await listTasks(opened, query);
    const rows = found.slice(0, limit);
    const isCut = found.length > limit;
    // Of what tasks come from, backlogs come from none.
    const backlogs =
      origin === undefined ? await listBacklogs(opened.log, { all: options.all, ...of }) : [];
    print(output, options.json, { backlogs, tasks: rows, isCut }, [
      ...(backlogs.length > 0 ? [...backlogTable(backlogs), ''] : []),
      ...(rows.length > 0 ? taskTable(rows) : [options.all ? NONE : NONE_OPEN]),
      ...(isCut
        ? [`There are more: these are the newest ${limit}. --limit lists up to 10,000.`]
        : []),
    ]);
  } finally {
    await opened.close();
  }
}
