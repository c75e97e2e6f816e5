/** `GET /api/v1/decisions`: what policy decided, over all tasks that whoever asks may see. */
import { z } from 'zod';
import { Action, Outcome } from '../../core/decision.ts';
import { whyIncomplete } from '../../engine/queries/decision-search.ts';
import { AskedTime } from '../asked-time.ts';
import { BAD_CURSOR, readCursor, writeCursor } from '../cursor.ts';
import { endpoint, refused, versioned } from '../endpoint.ts';
import { repositoriesOf } from '../viewer.ts';

const Time = z.iso.datetime();
const Name = z
  .string()
  .min(1)
  .max(200)
  .regex(/^[^\0]*$/, 'must not contain NUL');

const SORTS = ['newest', 'oldest'] as const;

const FoundDecision = z
  .object({
    task: z.string(),
    seq: z.int().describe('The number of its event.'),
    repository: z.string().describe('owner/name'),
    title: z.string().describe('Of the task.'),
    issue: z.int().nullable(),
    pull: z.int().nullable(),
    action: z.string(),
    outcome: Outcome,
    resource: z.string().describe('Its first 500 characters.'),
    reason: z.string().describe('The first reason.'),
    policies: z.array(z.string()).describe('Those that determined it.'),
    agent: z.string().nullable().describe('The role that the agent worked in; null: it was none.'),
    at: Time,
  })
  .meta({ id: 'FoundDecision' });

const Place = z.strictObject({
  sort: z.enum(SORTS),
  at: AskedTime,
  task: z.string().max(200),
  seq: z.int32(),
});

export const findDecisions = endpoint(
  {
    method: 'get',
    path: '/api/v1/decisions',
    tag: 'audit',
    summary: 'What policy decided, over all tasks.',
    query: z.object({
      repository: Name.optional().describe('owner/name'),
      action: Action.optional(),
      outcome: Outcome.optional(),
      agent: Name.optional().describe('The role that the agent worked in.'),
      policy: Name.optional().describe('The id of a policy that determined it.'),
      since: AskedTime.optional(),
      until: AskedTime.optional().describe('Before this time.'),
      sort: z.enum(SORTS).default('newest'),
      limit: z.coerce.number().int().min(1).max(200).default(50),
      cursor: z.string().max(500).optional().describe('`next` of the page before.'),
    }),
    ok: z
      .object({
        decisions: z.array(FoundDecision),
        next: z
          .string()
          .nullable()
          .describe(
            'The cursor of the next page; null: this is the last. A page may have fewer than `limit`, or none, where few of those that were looked at are asked for.',
          ),
        incomplete: z
          .string()
          .nullable()
          .describe(
            'Why decisions may be missing: after an upgrade tasks are indexed one after the other. null: none are.',
          ),
      })
      .meta({ id: 'DecisionPage' }),
  },
  async ({ viewer, query }, { decisions, taskPages }) => {
    const { repository, sort, limit, cursor, ...filter } = query;
    const after = cursor === undefined ? null : readCursor(cursor, Place);
    if (cursor !== undefined && after?.sort !== sort) return refused(BAD_CURSOR);
    const seen = repositoriesOf(viewer);
    const named = repository === undefined ? null : await taskPages.repositoriesNamed([repository]);
    const repositoryIds = named ? seen.filter(id => named.some(each => each.id === id)) : seen;
    // One more than is shown tells whether there is another page.
    const [{ rows, lookedTo }, incomplete] = await Promise.all([
      decisions.list({ repositoryIds, filter, sort, after, limit: limit + 1 }),
      whyIncomplete(decisions),
    ]);
    const shown = rows.slice(0, limit);
    const last = rows.length > limit ? shown.at(-1) : lookedTo;
    const next = last ? writeCursor({ sort, at: last.at, task: last.task, seq: last.seq }) : null;
    const page = { decisions: shown, next, incomplete };
    return versioned(JSON.stringify(page), () => page);
  },
);
