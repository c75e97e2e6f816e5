/** `GET /api/v1/tasks`: the tasks that whoever asks may see, page by page. */
import { z } from 'zod';
import { WaitsOn } from '../../core/view.ts';
import { AskedTime } from '../asked-time.ts';
import { BAD_CURSOR, readCursor, writeCursor } from '../cursor.ts';
import { endpoint, refused, versioned } from '../endpoint.ts';
import { repositoriesOf } from '../viewer.ts';

const Time = z.iso.datetime();
const Text = z.string().min(1).max(200);
const Count = z.coerce.number().int().min(1).max(2_147_483_647);

const TaskSummary = z
  .object({
    id: z.string(),
    repository: z.string().describe('owner/name'),
    repositoryId: z.int(),
    issue: z.int().nullable(),
    pull: z.int().nullable(),
    branch: z.string(),
    command: z.string(),
    title: z.string(),
    status: z.string(),
    requester: z.string().describe('Who answers for it, by name.'),
    origin: z.string().describe('The kind of what it comes from.'),
    open: z.boolean(),
    waitsOn: WaitsOn.describe('Who must act for it to go on; nobody: it has ended.'),
    waitsSince: Time,
    reason: z.string().describe('Why it waits or ended, or what it does at present.'),
    createdAt: Time,
    updatedAt: Time,
  })
  .meta({ id: 'TaskSummary' });

const Query = z.object({
  waitsOn: WaitsOn.optional(),
  status: z.enum(['proposed', 'active', 'success', 'failure', 'canceled', 'refused']).optional(),
  repository: Text.optional().describe('owner/name'),
  command: Text.optional(),
  requester: Text.optional(),
  origin: Text.optional(),
  issue: Count.optional(),
  pull: Count.optional(),
  number: Count.optional().describe('Of the issue or of the pull request, whichever has it.'),
  open: z
    .enum(['true', 'false'])
    .transform(text => text === 'true')
    .optional(),
  stuck: z
    .enum(['true', 'false'])
    .transform(text => text === 'true')
    .optional()
    .describe('Whether nothing has moved for longer than work in its repository takes.'),
  text: Text.optional().describe('Is in the first 256 characters of the title, in whatever case.'),
  sort: z
    .enum(['created', 'updated', 'waiting'])
    .default('created')
    .describe('Newest first; waiting: whoever has waited for longest first.'),
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().max(500).optional().describe('`next` of the page before.'),
});

const SORTED_BY = { created: 'createdAt', updated: 'updatedAt', waiting: 'waitsSince' } as const;

/** The order is part of it: a place in another order is none in this one. */
const Place = z.strictObject({
  sort: z.enum(['created', 'updated', 'waiting']),
  at: AskedTime,
  id: z.string().max(200),
});

export const listTasks = endpoint(
  {
    method: 'get',
    path: '/api/v1/tasks',
    tag: 'tasks',
    summary: 'List tasks, by whose turn it is and much else.',
    query: Query,
    ok: z
      .object({
        tasks: z.array(TaskSummary),
        next: z
          .string()
          .nullable()
          .describe('The cursor of the next page; null: this is the last.'),
      })
      .meta({ id: 'TaskPage' }),
  },
  async ({ viewer, query }, { taskPages }) => {
    const { sort, limit, cursor, ...filter } = query;
    const after = cursor === undefined ? null : readCursor(cursor, Place);
    if (cursor !== undefined && after?.sort !== sort) return refused(BAD_CURSOR);
    const repositoryIds = repositoriesOf(viewer);
    // One more than is shown tells whether there is another page.
    const rows = await taskPages.page({ repositoryIds, filter, sort, after, limit: limit + 1 });
    const tasks = rows.slice(0, limit).map(({ originKey: _, ...row }) => row);
    const last = rows.length > limit ? tasks.at(-1) : undefined;
    const next = last ? writeCursor({ sort, at: last[SORTED_BY[sort]], id: last.id }) : null;
    return versioned(JSON.stringify([tasks, next]), () => ({ tasks, next }));
  },
);
