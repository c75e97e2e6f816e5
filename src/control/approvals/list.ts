/** `GET /api/v1/approvals`: what waits for a person, for anybody, what they put aside, and what is decided; and what people are asked. */
import { z } from 'zod';
import { actionInWords } from '../../core/action-words.ts';
import { hasRole } from '../../core/actor.ts';
import { alikeText } from '../../core/approvals/alike.ts';
import { capsuleId } from '../../core/approvals/request.ts';
import { whoApproves } from '../../core/approvals/who-approves.ts';
import { COMMANDS } from '../../core/commands/commands.ts';
import { shownText } from '../../core/text/shown-text.ts';
import { whereOwnCounts } from '../../engine/acts/own-counts.ts';
import { digestOf } from '../../engine/chain.ts';
import { INBOX_LISTS, type InboxRow } from '../../engine/ports/approval-index.ts';
import type { BacklogRow } from '../../engine/ports/backlog-index.ts';
import { AskedTime } from '../asked-time.ts';
import { BacklogSummary, summaryOf } from '../backlogs/list.ts';
import { BAD_CURSOR, readCursor, writeCursor } from '../cursor.ts';
import { endpoint, refused, versioned } from '../endpoint.ts';
import { repositoriesOf, type Viewer } from '../viewer.ts';
import { InboxQuestion, shownQuestion } from './shown-question.ts';

const Time = z.iso.datetime();

/** More backlogs hardly wait at the same time. */
const MOST_BACKLOGS = 100;

export const ApprovalStatus = z.enum(['requested', 'granted', 'used', 'denied', 'void']);

const InboxItem = z
  .object({
    task: z.string(),
    approval: z.string(),
    repository: z.string().describe('owner/name'),
    title: z.string(),
    command: z.string(),
    requester: z.string(),
    issue: z.int().nullable(),
    pull: z.int().nullable(),
    waiting: z.boolean(),
    status: ApprovalStatus,
    action: z.string(),
    what: z.string().describe('What will happen once it is approved, in words that follow "to".'),
    reason: z.string().describe('Why people are asked.'),
    whoApproves: z.string(),
    head: z.string().nullable(),
    digest: z.string().nullable(),
    capsule: z.string().nullable().describe('The digest, shortened as people are shown it.'),
    by: z.array(z.string()).describe('Whose approval counted.'),
    alike: z
      .string()
      .describe('The same of requests that may be answered together, and only of these.'),
    answered: z.boolean().describe('Whether the person who asks has answered it.'),
    aside: z.boolean(),
    requestedAt: Time,
    changedAt: Time,
  })
  .meta({ id: 'InboxItem' });

const Place = z.strictObject({
  list: z.enum(INBOX_LISTS),
  changedAt: AskedTime,
  task: z.string().max(200),
  approval: z.string().max(100),
});

export const listApprovals = endpoint(
  {
    method: 'get',
    path: '/api/v1/approvals',
    tag: 'approvals',
    summary: 'The approval inbox.',
    query: z.object({
      list: z
        .enum(INBOX_LISTS)
        .default('mine')
        .describe('mine: waits, and whoever asks may answer it and has not.'),
      limit: z.coerce.number().int().min(1).max(200).default(50),
      cursor: z.string().max(1_000).optional().describe('`next` of the page before.'),
    }),
    ok: z
      .object({
        items: z.array(InboxItem),
        backlogs: z
          .array(BacklogSummary)
          .describe(
            `Backlogs that wait, the longest first: those that whoever asks may decide about, or all that they may see; at most ${MOST_BACKLOGS}, and on the first page alone.`,
          ),
        questions: z
          .array(InboxQuestion)
          .describe(
            'What open tasks ask people, the longest first: what whoever asks may answer, or all that they may see; at most `limit`, and on the first page alone.',
          ),
        counts: z
          .object({ mine: z.int(), waiting: z.int(), aside: z.int() })
          .describe('Requests, questions and backlogs together.'),
        next: z
          .string()
          .nullable()
          .describe('The cursor of the next page; null: this is the last.'),
      })
      .meta({ id: 'Inbox' }),
  },
  async ({ viewer, query }, services) => {
    const { approvals, backlogs, settings } = services;
    const { list, limit, cursor } = query;
    const place = cursor === undefined ? null : readCursor(cursor, Place);
    if (cursor !== undefined && place?.list !== list) return refused(BAD_CURSOR);
    const person = personOf(viewer);
    const of = {
      person,
      readable: repositoriesOf(viewer),
      answerable: answerable(viewer),
      ownCounts: person === null ? [] : await whereOwnCounts(services, person, viewer.repositories),
    };
    const theirs = person === null ? [] : of.answerable;
    const asking = { mine: theirs, waiting: of.readable, aside: [], decided: [] }[list];
    const [rows, asked, seen, questioned, questions] = await Promise.all([
      approvals.list({ ...of, list, after: place, limit: limit + 1 }),
      approvals.count(of),
      backlogs.waiting(of.readable, MOST_BACKLOGS),
      services.questions.count(of.readable, theirs),
      place === null ? services.questions.waiting(asking, limit) : [],
    ]);
    const mine = seen.filter(each => isAmong(theirs, each));
    const counts = {
      mine: asked.mine + mine.length + questioned.mine,
      waiting: asked.waiting + seen.length + questioned.waiting,
      aside: asked.aside,
    };
    const items = rows.slice(0, limit).map(row => item(row, person));
    const last = rows.length > limit ? items.at(-1) : undefined;
    const next = last
      ? writeCursor({ list, changedAt: last.changedAt, task: last.task, approval: last.approval })
      : null;
    const waiting = { mine, waiting: seen, aside: [], decided: [] }[list];
    const first = place === null ? waiting.map(summaryOf) : [];
    const inbox = {
      items,
      backlogs: first,
      questions: questions.map(row =>
        shownQuestion(row, { mayAnswer: isAmong(theirs, row), web: settings.web }),
      ),
      counts,
      next,
    };
    return versioned(JSON.stringify(inbox), () => inbox);
  },
);

const isAmong = (
  repositories: readonly number[],
  { repositoryId }: Pick<BacklogRow, 'repositoryId'>,
): boolean => repositories.includes(repositoryId);

/** The id of the person who asks; null: a token does, which has no inbox of its own. */
const personOf = ({ who }: Viewer): number | null => (who.kind === 'person' ? who.id : null);

/** Where the role is one that may answer. */
const answerable = ({ repositories }: Viewer): number[] =>
  [...repositories].flatMap(([id, role]) => (hasRole(role, COMMANDS.approve.role) ? [id] : []));

const item = (row: InboxRow, person: number | null): z.input<typeof InboxItem> => ({
  task: row.task,
  approval: row.approval,
  repository: row.repository,
  title: row.title,
  command: row.command,
  requester: row.requester,
  issue: row.issue,
  pull: row.pull,
  waiting: row.waiting,
  status: row.status,
  action: row.action,
  what: actionInWords(row.action, row.resource, shownText),
  reason: row.reason,
  whoApproves: whoApproves(row),
  head: row.head,
  digest: row.digest,
  capsule: row.digest && capsuleId(row.digest),
  by: row.by,
  alike: digestOf(alikeText(row)),
  answered: person !== null && row.answered.includes(person),
  aside: person !== null && row.aside.includes(person),
  requestedAt: row.requestedAt,
  changedAt: row.changedAt,
});
