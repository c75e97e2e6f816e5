/** `gatehouse list`: tasks by repository, by what they come from, and by whether they are open. */

import { plain } from '../core/plain-text.ts';
import { listTasks } from '../engine/queries.ts';
import { type Output, print } from './output.ts';
import type { Services } from './services.ts';
import { taskTable } from './task-table.ts';

export async function list(
  services: Pick<Services, 'openLog'>,
  output: Output,
  options: { json: boolean; all: boolean; repository?: string; origin?: string; limit: number },
): Promise<void> {
  const { repository, origin, limit } = options;
  const opened = await services.openLog();
  try {
    const query = {
      limit,
      ...(options.all ? {} : { open: true }),
      ...(origin === undefined ? {} : { origin }),
      ...(repository === undefined ? {} : { repository }),
    };
    const rows = await listTasks(opened, query);
    const none = 'There are no such tasks.';
    print(output, options.json, { tasks: rows }, rows.length > 0 ? taskTable(rows) : [plain(none)]);
  } finally {
    await opened.close();
  }
}
