/** Tasks as a table for a terminal. */

import { plain } from '../core/text/plain-text.ts';
import type { TaskRow } from '../engine/ports/event-log.ts';
import { table } from './output.ts';

const HEAD = ['TASK', 'REPOSITORY', 'ISSUE', 'PULL', 'STATUS', 'WAITS ON', 'UPDATED', 'TITLE'];

export const taskTable = (rows: TaskRow[]): string[] =>
  table([
    HEAD,
    ...rows.map(row => [
      row.id,
      plain(row.repository),
      row.issue === null ? '' : `#${row.issue}`,
      row.pull === null ? '' : `#${row.pull}`,
      row.status,
      row.waitsOn,
      `${row.updatedAt.slice(0, 16).replace('T', ' ')}Z`,
      plain(row.title, 50),
    ]),
  ]);
