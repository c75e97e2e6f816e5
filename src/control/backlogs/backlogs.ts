/** Backlogs: all that may be seen, and one of them with its picture. */
import { z } from 'zod';
import { backlogPicture } from '../../core/backlog/picture.ts';
import { ItemStatus } from '../../core/backlog/state.ts';
import type { BacklogView } from '../../core/backlog/view.ts';
import { requesterName } from '../../core/origin.ts';
import { loadBacklogView } from '../../engine/queries.ts';
import { BAD_CURSOR, readCursor, writeCursor } from '../cursor.ts';
import { endpoint, found, refused } from '../endpoint.ts';
import { notFound } from '../faults.ts';
import { repositoriesOf } from '../viewer.ts';

const Time = z.iso.datetime();

const Place = z.strictObject({ at: Time, id: z.string().max(200) });

const BacklogSummary = z
  .object({
    id: z.string(),
    repository: z.string(),
    repositoryId: z.int(),
    title: z.string(),
    status: z.string(),
    requester: z.string(),
    tracking: z.int().describe('The issue that it is shown on.'),
    items: z.int(),
    done: z.int(),
    stuckOn: z.array(z.string()).describe('What people have to decide about.'),
    createdAt: Time,
    endedAt: Time.nullable(),
  })
  .meta({ id: 'BacklogSummary' });

const summaryOf = (view: BacklogView): z.input<typeof BacklogSummary> => ({
  id: view.id,
  repository: `${view.repository.owner}/${view.repository.name}`,
  repositoryId: view.repository.id,
  title: view.title,
  status: view.status,
  requester: requesterName(view.requester),
  tracking: view.tracking,
  items: view.items.length,
  done: view.items.filter(({ status }) => status === 'merged' || status === 'done').length,
  stuckOn: view.stuckOn,
  createdAt: view.createdAt,
  endedAt: view.endedAt,
});

export const listBacklogs = endpoint(
  {
    method: 'get',
    path: '/api/v1/backlogs',
    tag: 'backlogs',
    summary: 'Backlogs, the latest first.',
    query: z.object({
      limit: z.coerce.number().int().min(1).max(200).default(50),
      cursor: z.string().max(500).optional().describe('`next` of the page before.'),
    }),
    ok: z
      .object({
        backlogs: z.array(BacklogSummary),
        next: z
          .string()
          .nullable()
          .describe('The cursor of the next page; null: this is the last.'),
      })
      .meta({ id: 'Backlogs' }),
  },
  async ({ viewer, query: { limit, cursor } }, { repositoryIndex, log }) => {
    const after = cursor === undefined ? null : readCursor(cursor, Place);
    if (cursor !== undefined && after === null) return refused(BAD_CURSOR);
    // One more than is shown tells whether there is another page.
    const page = { after, limit: limit + 1 };
    const places = await repositoryIndex.backlogs(repositoriesOf(viewer), page);
    const shown = places.slice(0, limit);
    const backlogs: z.input<typeof BacklogSummary>[] = [];
    for (const { id } of shown) {
      const view = await loadBacklogView(log, id);
      if (view) backlogs.push(summaryOf(view));
    }
    const last = places.length > limit ? shown.at(-1) : undefined;
    return found({ backlogs, next: last ? writeCursor(last) : null });
  },
);

export const showBacklog = endpoint(
  {
    method: 'get',
    path: '/api/v1/backlogs/{backlog}',
    tag: 'backlogs',
    summary: 'One backlog: its items, and what each waits for.',
    params: z.object({ backlog: z.string().regex(/^\d{1,16}-\d{1,16}$/) }),
    ok: BacklogSummary.extend({
      atOnce: z.int(),
      picture: z.string().describe('What needs what, in Mermaid.'),
      entries: z.array(
        z.object({
          id: z.string(),
          title: z.string(),
          status: ItemStatus,
          needs: z.array(z.string()),
          waitsFor: z.array(z.string()),
          task: z.string().nullable(),
        }),
      ),
    }).meta({ id: 'Backlog' }),
  },
  async ({ viewer, params }, { log }) => {
    const [repository] = params.backlog.split('-');
    const seen = viewer.repositories.has(Number(repository));
    const view = seen ? await loadBacklogView(log, params.backlog) : null;
    if (view === null) return refused(notFound('backlog'));
    return found({
      ...summaryOf(view),
      atOnce: view.atOnce,
      picture: backlogPicture(view.items),
      entries: view.items.map(({ id, title, status, needs, waitsFor, task }) => ({
        id,
        title,
        status,
        needs,
        waitsFor,
        task,
      })),
    });
  },
);
