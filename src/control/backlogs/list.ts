/** `GET /api/v1/backlogs`: all that may be seen, and how a backlog is summed up in every list. */
import { z } from 'zod';
import type { BacklogRow } from '../../engine/ports/backlog-index.ts';
import { AskedTime } from '../asked-time.ts';
import { BAD_CURSOR, readCursor, writeCursor } from '../cursor.ts';
import { endpoint, found, refused } from '../endpoint.ts';
import { repositoriesOf } from '../viewer.ts';

const Time = z.iso.datetime();

const Place = z.strictObject({ at: AskedTime, id: z.string().max(200) });

export const BacklogSummary = z
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
    waits: z
      .object({ reason: z.string(), since: Time })
      .nullable()
      .describe('Why it waits for people; null: it does not.'),
    createdAt: Time,
    endedAt: Time.nullable(),
  })
  .meta({ id: 'BacklogSummary' });

export function summaryOf(row: BacklogRow): z.input<typeof BacklogSummary> {
  const { reason, waitsSince, ...summary } = row;
  return { ...summary, waits: waitsSince === null ? null : { reason, since: waitsSince } };
}

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
  async ({ viewer, query: { limit, cursor } }, services) => {
    const after = cursor === undefined ? null : readCursor(cursor, Place);
    if (cursor !== undefined && after === null) return refused(BAD_CURSOR);
    // One more than is shown tells whether there is another page.
    const page = { after, limit: limit + 1 };
    const rows = await services.backlogs.list(repositoriesOf(viewer), page);
    const shown = rows.slice(0, limit);
    const last = rows.length > limit ? shown.at(-1) : undefined;
    const next = last ? writeCursor({ at: last.createdAt, id: last.id }) : null;
    return found({ backlogs: shown.map(summaryOf), next });
  },
);
