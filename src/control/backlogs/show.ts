/** `GET /api/v1/backlogs/{backlog}`: how each item of a backlog stands, and what whoever asks may do. */
import { z } from 'zod';
import { backlogPicture } from '../../core/backlog/picture.ts';
import { type BacklogState, ItemStatus } from '../../core/backlog/state.ts';
import { type BacklogView, backlogView, type ItemView } from '../../core/backlog/view.ts';
import type { Folded } from '../../core/fold.ts';
import {
  BACKLOG_ACTS,
  type BacklogActOffer,
  mayActOnBacklog,
} from '../../engine/acts/act-on-backlog.ts';
import { loadBacklog } from '../../engine/queries/queries.ts';
import { backlogRow } from '../../engine/rows/backlog-row.ts';
import { nobodyActs } from '../acts/offered.ts';
import { endpoint, refused, versioned } from '../endpoint.ts';
import { notFound } from '../faults.ts';
import type { Viewer } from '../viewer.ts';
import { BacklogSummary, summaryOf } from './list.ts';

const Time = z.iso.datetime();

export const BacklogParams = z.object({ backlog: z.string().regex(/^\d{1,16}-\d{1,16}$/) });

export const NO_BACKLOG = refused(notFound('backlog'));

const BacklogEntry = z.object({
  id: z.string(),
  title: z.string(),
  status: ItemStatus,
  needs: z.array(z.string()),
  waitsFor: z.array(z.string()),
  task: z.string().nullable(),
  phase: z.string().describe('What its task does; empty: nothing runs.'),
  pull: z.int().nullable(),
  issue: z.int().nullable().describe('That it is about; null: the backlog says all of it.'),
  reason: z.string().describe('Why it failed or was canceled.'),
  attempt: z.int().describe('How often it was begun.'),
  startedAt: Time.nullable(),
  endedAt: Time.nullable(),
});

const BacklogDetail = BacklogSummary.extend({
  atOnce: z.int(),
  digest: z.string().describe('Of the plan: what an answer has to name.'),
  picture: z.string().describe('What needs what, in Mermaid.'),
  web: z.string().describe('Its tracking issue on GitHub.'),
  last: z
    .object({ event: z.int(), at: Time, what: z.string() })
    .describe('What happened last, in words.'),
  cursor: z
    .object({ event: z.int(), hash: z.string() })
    .describe('The last event that is news: where a later reader goes on.'),
  entries: z.array(BacklogEntry),
  acts: z
    .array(z.object({ act: z.enum(BACKLOG_ACTS), because: z.string().nullable() }))
    .describe('What whoever asks may do; because: why not.'),
}).meta({ id: 'Backlog' });

export const showBacklog = endpoint(
  {
    method: 'get',
    path: '/api/v1/backlogs/{backlog}',
    tag: 'backlogs',
    summary: 'One backlog: its items, what each waits for, and what happened last.',
    params: BacklogParams,
    ok: BacklogDetail,
  },
  async ({ viewer, params }, { log, settings }) => {
    const folded = await seenBacklog(log, viewer, params.backlog);
    if (folded === null) return NO_BACKLOG;
    const acts = offered(viewer, folded.state);
    return versioned(`${folded.hash} ${JSON.stringify(acts)}`, () =>
      detailOf(params.backlog, folded, { acts, web: settings.web }),
    );
  },
);

/** `null`: there is none, or whoever asks may not see it. */
export async function seenBacklog(
  log: Parameters<typeof loadBacklog>[0],
  { repositories }: Viewer,
  id: string,
): Promise<Folded<BacklogState> | null> {
  const [repository] = id.split('-');
  return repositories.has(Number(repository)) ? loadBacklog(log, id) : null;
}

function offered({ who, repositories }: Viewer, state: BacklogState): BacklogActOffer[] {
  if (who.kind !== 'person') {
    const because = nobodyActs(who);
    return BACKLOG_ACTS.map(act => ({ act, because }));
  }
  const { repository } = state.created ?? {};
  return mayActOnBacklog(repositories.get(repository?.id ?? 0) ?? 'none', state);
}

function detailOf(
  id: string,
  folded: Folded<BacklogState>,
  { acts, web }: { acts: BacklogActOffer[]; web: string },
): z.input<typeof BacklogDetail> {
  const view: BacklogView = backlogView(id, folded);
  const { repository, tracking, atOnce, digest, items, last, cursor } = view;
  return {
    ...summaryOf(backlogRow(id, folded)),
    atOnce,
    digest,
    picture: backlogPicture(items),
    web: `${web}/${repository.owner}/${repository.name}/issues/${tracking}`,
    last: { event: last.seq, at: last.at, what: last.what },
    cursor: { event: cursor.seq, hash: cursor.hash },
    entries: items.map(entryOf),
    acts,
  };
}

const entryOf = (item: ItemView): z.input<typeof BacklogEntry> => ({
  id: item.id,
  title: item.title,
  status: item.status,
  needs: item.needs,
  waitsFor: item.waitsFor,
  task: item.task,
  phase: item.phase,
  pull: item.pull,
  issue: item.issue,
  reason: item.reason,
  attempt: item.attempt,
  startedAt: item.startedAt,
  endedAt: item.endedAt,
});
