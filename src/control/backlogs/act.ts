/** `POST /api/v1/backlogs/{backlog}/acts`: a person acts on a backlog. */
import { z } from 'zod';
import { actOnBacklog } from '../../engine/acts/act-on-backlog.ts';
import { SeenDigest } from '../acts/act.ts';
import { problemOf } from '../acts/act-problem.ts';
import { peopleAlone } from '../acts/offered.ts';
import { endpoint, found, refused } from '../endpoint.ts';
import { BacklogParams, NO_BACKLOG, seenBacklog } from './show.ts';

const item = z
  .string()
  .min(1)
  .max(60)
  .nullable()
  .default(null)
  .describe('Left out: all that failed, or the whole backlog.');

const BacklogActBody = z
  .discriminatedUnion('act', [
    z
      .strictObject({ act: z.enum(['approve', 'deny']), digest: SeenDigest })
      .describe('Answers whether its plan is worked.'),
    z.strictObject({ act: z.enum(['pause', 'resume']) }),
    z.strictObject({ act: z.literal('retry'), item }),
    z.strictObject({ act: z.literal('cancel'), item }),
  ])
  .meta({ id: 'BacklogAct' });

export const actOnThisBacklog = endpoint(
  {
    method: 'post',
    path: '/api/v1/backlogs/{backlog}/acts',
    tag: 'backlogs',
    summary: 'Act on a backlog, by the rules of the same command in a comment on its issue.',
    params: BacklogParams,
    body: BacklogActBody,
    ok: z
      .object({ backlog: z.string(), event: z.int().describe('The event that says so.') })
      .meta({ id: 'BacklogActed' }),
  },
  async ({ viewer, params, body }, services) => {
    const { backlog } = params;
    const { who } = viewer;
    if ((await seenBacklog(services.log, viewer, backlog)) === null) return NO_BACKLOG;
    if (who.kind !== 'person') return refused(peopleAlone(who));
    const outcome = await actOnBacklog(services, { by: who, backlog, act: body });
    return outcome.ok ? found({ backlog, event: outcome.event }) : refused(problemOf(outcome));
  },
);
