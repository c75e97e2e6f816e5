/** `POST /api/v1/approvals/answers`: a person answers several requests at once, each by its own digest. */
import { z } from 'zod';
import type { ActOutcome, ActRefusal } from '../../engine/acts/act.ts';
import { answerTogether, type NamedRequest } from '../../engine/acts/answer-together.ts';
import { GitHubFailure } from '../../engine/ports/github.ts';
import { ActText, SeenDigest } from '../acts/act.ts';
import { problemOf } from '../acts/act-problem.ts';
import { peopleAlone } from '../acts/offered.ts';
import type { ControlServices } from '../control-services.ts';
import { endpoint, found, refused } from '../endpoint.ts';
import { notFound } from '../faults.ts';
import { gitHubProblem } from '../github-problem.ts';
import type { HttpProblem } from '../problem.ts';
import { seenTask, TaskId } from '../tasks/seen-task.ts';
import type { Viewer } from '../viewer.ts';

/** As many as a page of the inbox shows. */
const MOST_REQUESTS = 50;

const requests = z
  .array(z.strictObject({ task: TaskId, digest: SeenDigest }))
  .min(1)
  .max(MOST_REQUESTS);

const AnswersBody = z
  .discriminatedUnion('says', [
    z.strictObject({ says: z.literal('approve'), requests }),
    z.strictObject({ says: z.literal('deny'), requests, reason: ActText.default('') }),
  ])
  .meta({ id: 'Answers' });

const AnswerOutcome = z
  .object({
    task: z.string(),
    digest: z.string(),
    event: z.int().nullable().describe('The event that says so; null: it was not taken.'),
    problem: z
      .object({
        status: z.int(),
        code: z.string(),
        message: z.string(),
        next: z.string(),
        fresh: z.object({ approval: z.string(), digest: z.string().nullable() }).nullable(),
      })
      .nullable()
      .describe('Why it was not taken, as the same answer alone would have been refused.'),
  })
  .meta({ id: 'AnswerOutcome' });

export const answerApprovals = endpoint(
  {
    method: 'post',
    path: '/api/v1/approvals/answers',
    tag: 'approvals',
    summary: 'Answer several requests that are alike, each by its own digest and by all rules.',
    body: AnswersBody,
    ok: z.object({ answers: z.array(AnswerOutcome) }).meta({ id: 'AnsweredTogether' }),
  },
  async ({ viewer, body }, services) => {
    const { who } = viewer;
    if (who.kind !== 'person') return refused(peopleAlone(who));
    const seen = await seenOf(services, viewer, body.requests);
    const outcome = await answerTogether(services, {
      by: who,
      requests: body.requests.filter(({ task }) => seen.has(task)),
      answer: body,
    });
    if (!outcome.ok) return refused(unlike(body.requests.indexOf(outcome.unlike)));
    const outcomes = outcome.outcomes.values();
    const answers = body.requests.map(named =>
      answered(named, seen.has(named.task) ? outcomes.next().value : undefined),
    );
    return found({ answers });
  },
);

/** The tasks among them that this viewer may see. */
async function seenOf(
  services: Pick<ControlServices, 'taskPages'>,
  viewer: Viewer,
  named: readonly NamedRequest[],
): Promise<ReadonlySet<string>> {
  const tasks = [...new Set(named.map(({ task }) => task))];
  const rows = await Promise.all(tasks.map(task => seenTask(services, viewer, task)));
  return new Set(rows.flatMap(row => (row ? [row.id] : [])));
}

/** Undefined: whoever asks may not see it. */
function answered({ task, digest }: NamedRequest, outcome: ActOutcome | GitHubFailure | undefined) {
  const refusal = (fault: HttpProblem, fresh: ActRefusal['fresh']) => {
    const { status, code, message, next } = fault;
    return { task, digest, event: null, problem: { status, code, message, next, fresh } };
  };
  if (outcome === undefined) return refusal(notFound('task'), null);
  if (outcome instanceof GitHubFailure) return refusal(gitHubProblem(outcome), null);
  if (!outcome.ok) return refusal(problemOf(outcome), outcome.fresh);
  return { task, digest, event: outcome.event, problem: null };
}

const unlike = (at: number): HttpProblem => ({
  status: 422,
  title: 'The requests are not alike',
  code: 'unlike',
  message: 'Not all of these requests ask for the same, for the same reason, of the same people.',
  next: 'Answer those together that have the same `alike` in the inbox. None was answered.',
  errors: [{ pointer: `/requests/${at}`, detail: 'is not like the first of them' }],
});
